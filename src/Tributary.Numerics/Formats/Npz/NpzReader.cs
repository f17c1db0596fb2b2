// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using Tributary.Numerics.Formats.Npy;
using Tributary.Numerics.Formats.Zip;
using Tributary.Numerics.IO;

namespace Tributary.Numerics.Formats.Npz;

internal sealed class NpzReader : ArrayReader
{
    private readonly ByteSource _source;
    private readonly ImmutableArray<ZipMember> _members;
    private readonly ImmutableArray<int> _headerLengths;

    private NpzReader(
        ByteSource source, ImmutableArray<ZipMember> members, ImmutableArray<int> headerLengths, ImmutableArray<EncodedArray> arrays)
        : base(arrays)
    {
        _source = source;
        _members = members;
        _headerLengths = headerLengths;
    }

    public static NpzReader Open(ByteSource source, DecodeLimits limits)
    {
        var members = NpzDirectory.Read(source, limits);
        var accepted = new LayoutLimits(limits);
        var arrays = ImmutableArray.CreateBuilder<EncodedArray>(members.Count);
        var headerLengths = ImmutableArray.CreateBuilder<int>(members.Count);
        foreach (var member in members)
        {
            using var bytes = Open(source, member);
            var (name, length) = (NpzDirectory.ArrayName(member.Entry), member.Entry.Length);
            var array = NpyHeader.Read(bytes, length, name, limits, out var headerLength).Accept(name, accepted);
            ArrayExtent.Require(array.Spec, length - headerLength);
            arrays.Add(array);
            headerLengths.Add(headerLength);
        }

        return new NpzReader(source, [.. members], headerLengths.MoveToImmutable(), arrays.MoveToImmutable());
    }

    // The header is known from opening; it is read again because the checksum covers it.
    protected override int HeaderLength(int index) => _headerLengths[index];

    protected override SequentialBytes OpenArray(int index)
    {
        var member = _members[index];
        return new ChecksummedBytes(Open(_source, member), member.Entry.Crc, NpzDirectory.ArrayName(member.Entry));
    }

    private static SequentialBytes Open(ByteSource source, ZipMember member)
    {
        var name = NpzDirectory.ArrayName(member.Entry);
        return member.Entry.IsDeflated
            ? new InflatedBytes(member.Open(source), name, member.Entry.Length)
            : new StoredBytes(source, member.DataOffset, name);
    }
}
