// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Tributary.Core.Models;

namespace Tributary.Storage.Blobs.Files;

/// <summary>A writer of a file beside its final path, hashed on the way, that publishes the file as a whole or not at all.</summary>
internal sealed class DurableFileWriter : IDisposable
{
    /// <summary>The size of the pieces, in bytes, that the disk is asked to write early: large enough to be written in one go.</summary>
    private const long WritingBytes = 8 << 20;

    private readonly string _temporary;
    private readonly SafeFileHandle _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<ReadOnlyMemory<byte>> _segments = [];
    private long _handedOver;
    private bool _published;

    public DurableFileWriter(string temporary)
    {
        _temporary = temporary;
        _file = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write);
    }

    public long Length { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(_file, bytes, Length);
        Written(bytes.Length);
        _hash.AppendData(bytes);
    }

    /// <summary>Appends all segments in one gathered write: the kernel takes them from where they lie.</summary>
    public void Append(ReadOnlySequence<byte> bytes)
    {
        _segments.Clear();
        foreach (var segment in bytes)
        {
            _segments.Add(segment);
        }

        RandomAccess.Write(_file, _segments, Length);
        Written(bytes.Length);
        foreach (var segment in bytes)
        {
            _hash.AppendData(segment.Span);
        }
    }

    public ModelData Describe() => new(Length, Convert.ToHexStringLower(_hash.GetCurrentHash()));

    /// <summary>Opens what has been written so far for reading.</summary>
    public FileStream OpenRead() => new(_temporary, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    /// <summary>Waits for the disk, so that publishing has little left to wait for.</summary>
    public void Sync() => FileDurability.Sync(_file, _temporary);

    public ModelData Publish(string path)
    {
        var data = Describe();
        FileDurability.Sync(_file, path);
        _file.Dispose();
        FileDurability.Publish(_temporary, path);
        _published = true;
        return data;
    }

    public void Dispose()
    {
        _hash.Dispose();
        _file.Dispose();
        if (!_published)
        {
            File.Delete(_temporary);
        }
    }

    private void Written(long count)
    {
        Length += count;
        if (Length - _handedOver >= WritingBytes)
        {
            FileDurability.BeginWriting(_file, _handedOver, Length - _handedOver);
            _handedOver = Length;
        }
    }
}
