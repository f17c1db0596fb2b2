// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace Tributary.Numerics.Formats.Zip;

/// <summary>The numbers of the ZIP64 extra field, taken in the fixed order for every 32-bit field that is saturated.</summary>
internal ref struct Zip64Numbers
{
    private readonly string _member;
    private ReadOnlySpan<byte> _numbers;

    public Zip64Numbers(ReadOnlySpan<byte> extra, string member)
    {
        (_member, Lengths) = (member, "");
        while (extra.Length >= 4)
        {
            var id = BinaryPrimitives.ReadUInt16LittleEndian(extra);
            var length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            extra = extra[4..];
            if (length > extra.Length)
            {
                throw ZipDirectory.Damaged($"member {member} has an extra field of {length} bytes of which {extra.Length} are there");
            }

            if (id == ZipFields.Zip64Extra)
            {
                _numbers = Lengths.Length == 0 ? extra[..length] : _numbers;
                Lengths += FormattableString.Invariant($"{(Lengths.Length == 0 ? "" : ", ")}{length}");
            }

            extra = extra[length..];
        }
    }

    /// <summary>The length of each ZIP64 field in bytes, as the extra field states it.</summary>
    public string Lengths { get; }

    /// <summary>Checks that exactly one field exists, with just the numbers asked for: readers differ in how they treat more.</summary>
    public readonly void RequireOnly(int numbers)
    {
        var expected = FormattableString.Invariant($"{numbers * sizeof(ulong)}");
        if (Lengths != expected)
        {
            throw ZipDirectory.Damaged($"a member has [{Lengths}] bytes of ZIP64 numbers; expected [{expected}], for those that are left out");
        }
    }

    public long Resolve(uint field, string name, long max)
    {
        if (field != uint.MaxValue)
        {
            return field;
        }

        if (_numbers.Length < sizeof(ulong))
        {
            throw ZipDirectory.Damaged($"member {_member} refers to a ZIP64 field that is missing or too short");
        }

        var value = BinaryPrimitives.ReadUInt64LittleEndian(_numbers);
        _numbers = _numbers[sizeof(ulong)..];
        return value <= (ulong)max ? (long)value : throw ZipDirectory.Damaged($"the {name} is {value}; expected at most {max}");
    }
}
