// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.Collections;

namespace Tributary.Rpc;

/// <summary>
/// The metadata of a call: an ordered list of keys with values, where a key may repeat. Keys are case-insensitive and kept in lower case.
/// Values are printable ASCII; keys that end in <c>-bin</c> carry bytes. Keys that begin with <c>grpc-</c> belong to the protocol: they
/// cannot be added here, though unknown ones that a peer sent can be read.
/// </summary>
public sealed class RpcMetadata : IEnumerable<RpcMetadataEntry>
{
    private const string BinarySuffix = "-bin";

    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz_-.");

    private readonly List<RpcMetadataEntry> _entries = [];
    private string? _frozenBecause;

    /// <summary>The number of entries.</summary>
    public int Count => _entries.Count;

    /// <summary>Adds a text value.</summary>
    /// <exception cref="ArgumentException">The key is not valid, belongs to the protocol or ends in <c>-bin</c>, or the value is not printable ASCII.</exception>
    /// <exception cref="InvalidOperationException">The metadata have already been sent.</exception>
    public void Add(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var name = CheckedKey(key);
        if (IsBinary(name))
        {
            throw new ArgumentException($"The key '{key}' carries bytes, not text.", nameof(key));
        }

        if (value.AsSpan().ContainsAnyExceptInRange(' ', '~') || value.StartsWith(' ') || value.EndsWith(' '))
        {
            throw new ArgumentException($"The value of '{key}' is not printable ASCII, or has blanks around it.", nameof(value));
        }

        _entries.Add(new RpcMetadataEntry(name, value, default));
    }

    /// <summary>Adds a value of bytes, which are copied.</summary>
    /// <exception cref="ArgumentException">The key is not valid, belongs to the protocol or does not end in <c>-bin</c>.</exception>
    /// <exception cref="InvalidOperationException">The metadata have already been sent.</exception>
    public void Add(string key, ReadOnlySpan<byte> value)
    {
        var name = CheckedKey(key);
        if (!IsBinary(name))
        {
            throw new ArgumentException($"The key '{key}' carries text: keys with bytes end in '-bin'.", nameof(key));
        }

        _entries.Add(new RpcMetadataEntry(name, null, value.ToArray()));
    }

    /// <summary>Returns the last text value of a key, or null.</summary>
    public string? GetText(string key) => Last(key)?.Text;

    /// <summary>Returns the last bytes of a key, or null.</summary>
    public ReadOnlyMemory<byte>? GetBytes(string key) => Last(key) is { Text: null } entry ? entry.Bytes : default(ReadOnlyMemory<byte>?);

    /// <summary>Returns all text values of a key in their order.</summary>
    public IEnumerable<string> GetAllText(string key)
    {
        foreach (var entry in _entries)
        {
            if (entry.Text is not null && string.Equals(entry.Key, key, StringComparison.OrdinalIgnoreCase))
            {
                yield return entry.Text;
            }
        }
    }

    /// <inheritdoc/>
    public IEnumerator<RpcMetadataEntry> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static bool IsBinary(string key) => key.EndsWith(BinarySuffix, StringComparison.Ordinal);

    /// <summary>Adds an entry that a peer sent or that was checked before; its key is in lower case.</summary>
    internal void AddUnchecked(RpcMetadataEntry entry) => _entries.Add(entry);

    internal void AddRange(RpcMetadata other)
    {
        ThrowIfFrozen();
        _entries.AddRange(other._entries);
    }

    internal bool IsFrozen => _frozenBecause is not null;

    internal void Freeze(string because) => _frozenBecause = because;

    private RpcMetadataEntry? Last(string key)
    {
        for (var i = _entries.Count - 1; i >= 0; i--)
        {
            if (string.Equals(_entries[i].Key, key, StringComparison.OrdinalIgnoreCase))
            {
                return _entries[i];
            }
        }

        return null;
    }

    private string CheckedKey(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ThrowIfFrozen();
        var name = key.ToLowerInvariant();
        if (name.AsSpan().ContainsAnyExcept(KeyCharacters))
        {
            throw new ArgumentException($"The key '{key}' has characters other than letters, digits, '_', '-' and '.'.", nameof(key));
        }

        if (name.StartsWith("grpc-", StringComparison.Ordinal) || name is "content-type" or "te" or "host" or "connection")
        {
            throw new ArgumentException($"The key '{key}' belongs to the protocol.", nameof(key));
        }

        return name;
    }

    private void ThrowIfFrozen()
    {
        if (_frozenBecause is not null)
        {
            throw new InvalidOperationException(_frozenBecause);
        }
    }
}
