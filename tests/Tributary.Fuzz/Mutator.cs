// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace Tributary.Fuzz;

/// <summary>Changes inputs of a corpus a little: bits, bytes, lengths, ranges, ends.</summary>
public sealed class Mutator(IReadOnlyList<byte[]> corpus, int seed)
{
    private const int LargestInput = 1 << 16;

    private static readonly ulong[] Interesting =
        [0, 1, 2, 7, 8, 63, 64, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, 0xFFFF_FFFF, long.MaxValue, 1UL << 63, ulong.MaxValue];

    private static ReadOnlySpan<byte> TextBytes => "0123456789-+.eE[](),:{}'\" \nNI"u8;

    private readonly Random _random = new(seed);

    public byte[] Next()
    {
        var input = new List<byte>(Pick());
        for (var i = 1 + _random.Next(4); i > 0; i--)
        {
            Mutate(input);
        }

        if (input.Count > LargestInput)
        {
            input.RemoveRange(LargestInput, input.Count - LargestInput);
        }

        return [.. input];
    }

    private byte[] Pick() => corpus.Count == 0 ? [] : corpus[_random.Next(corpus.Count)];

    private void Mutate(List<byte> input)
    {
        var (start, length) = Range(input.Count);
        switch (_random.Next(8))
        {
            case 0 when input.Count > 0:
                input[At(input)] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when input.Count > 0:
                input[At(input)] = (byte)_random.Next(256);
                break;
            case 2 when input.Count > 0:
                TweakLength(input);
                break;
            case 3:
                input.RemoveRange(start, input.Count - start);
                break;
            case 4:
                input.RemoveRange(start, length);
                break;
            case 5:
                input.InsertRange(At(input), input.GetRange(start, length));
                break;
            case 6:
                var other = Pick();
                var (otherStart, otherLength) = Range(other.Length);
                input.InsertRange(At(input), other.AsSpan(otherStart, otherLength).ToArray());
                break;
            default:
                // Text formats: a digit becomes another character of numbers and lists.
                if (input.Count > 0)
                {
                    input[At(input)] = TextBytes[_random.Next(TextBytes.Length)];
                }

                break;
        }
    }

    private void TweakLength(List<byte> input)
    {
        Span<byte> field = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(field, Interesting[_random.Next(Interesting.Length)]);
        var at = At(input);
        var width = Math.Min(1 << _random.Next(4), input.Count - at);
        for (var i = 0; i < width; i++)
        {
            input[at + i] = field[i];
        }
    }

    private int At(List<byte> input) => _random.Next(Math.Max(1, input.Count));

    private (int Start, int Length) Range(int count)
    {
        var start = _random.Next(count + 1);
        return (start, _random.Next(Math.Min(count - start, 256) + 1));
    }
}
