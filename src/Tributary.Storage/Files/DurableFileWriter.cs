// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Tributary.Core.Models;

namespace Tributary.Storage.Files;

/// <summary>Writes a file beside its place, hashed on the way, and puts it there whole or not at all.</summary>
internal sealed class DurableFileWriter : IDisposable
{
    private readonly string _temporary;
    private readonly SafeFileHandle _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<ReadOnlyMemory<byte>> _segments = [];
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
        _hash.AppendData(bytes);
        Length += bytes.Length;
    }

    /// <summary>One gathered write: the kernel takes the slices from where they lie.</summary>
    public void Append(ReadOnlySequence<byte> bytes)
    {
        _segments.Clear();
        foreach (var segment in bytes)
        {
            _segments.Add(segment);
            _hash.AppendData(segment.Span);
        }

        RandomAccess.Write(_file, _segments, Length);
        Length += bytes.Length;
    }

    public ModelData Describe() => new(Length, Convert.ToHexStringLower(_hash.GetCurrentHash()));

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
}
