// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Tributary.Core;
using Tributary.Core.Models;

namespace Tributary.Storage.Blobs.Files;

/// <summary>A writer of a file beside its final path, hashed on the way, that publishes the file as a whole or not at all.</summary>
internal sealed class DurableFileWriter : IDisposable
{
    /// <summary>The bounds of the pieces, in bytes, that the disk is asked to write early: each is a quarter of the file so far, which leaves little for the end.</summary>
    private const long MinWritingBytes = 1 << 20;
    private const long MaxWritingBytes = 8 << 20;

    /// <summary>
    /// The maximum length of one write, in bytes. For longer ones, Linux 6.16 and later take the page cache of ext4 in large pieces, which a
    /// virtual machine may have to get from its host first: one gigabyte in writes of 1 MiB then took 0.9 to 1.9 s, in writes of 256 KiB 0.4 s.
    /// </summary>
    private const int MaxWriteBytes = 256 << 10;

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
        if (OpenFiles.IsLast(_file))
        {
            Dispose();
            throw new IOException($"The process may open {OpenFiles.Limit} files, which are almost all in use.");
        }
    }

    public long Length { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var piece = bytes[..Math.Min(bytes.Length, MaxWriteBytes)];
            RandomAccess.Write(_file, piece, Length);
            Written(piece.Length);
            _hash.AppendData(piece);
            bytes = bytes[piece.Length..];
        }
    }

    /// <summary>Appends segments in gathered writes: the kernel takes them from where they lie.</summary>
    public void Append(ReadOnlySequence<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var piece = bytes.Slice(0, Math.Min(bytes.Length, MaxWriteBytes));
            AppendPiece(piece);
            bytes = bytes.Slice(piece.End);
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

    private void AppendPiece(ReadOnlySequence<byte> bytes)
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

    private void Written(long count)
    {
        Length += count;
        if (Length - _handedOver >= Math.Clamp(Length / 4, MinWritingBytes, MaxWritingBytes))
        {
            FileDurability.BeginWriting(_file, _handedOver, Length - _handedOver);
            _handedOver = Length;
        }
    }
}
