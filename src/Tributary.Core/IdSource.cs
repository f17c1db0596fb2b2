// SPDX-License-Identifier: Apache-2.0

using System.Security.Cryptography;

namespace Tributary.Core;

/// <summary>The source of new ids: random ones in a server, a seeded sequence where runs must repeat exactly.</summary>
public sealed class IdSource
{
    private readonly Lock _lock = new();
    private readonly Random? _seeded;

    private IdSource(Random? seeded) => _seeded = seeded;

    /// <summary>The source of ids that cannot be guessed.</summary>
    public static IdSource Unpredictable { get; } = new(null);

    /// <summary>Returns a source that yields the same ids in the same order for the same <paramref name="seed"/>.</summary>
    public static IdSource Seeded(int seed) => new(new Random(seed));

    /// <summary>Returns a new id in the form of a random (version 4) UUID.</summary>
    public string Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        if (_seeded is null)
        {
            RandomNumberGenerator.Fill(bytes);
        }
        else
        {
            lock (_lock)
            {
                _seeded.NextBytes(bytes);
            }
        }

        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
