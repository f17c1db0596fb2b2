// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Formats.Pickle;

/// <summary>The format of a pickled list of numpy arrays, read without running it. Arrays are named 0, 1, 2…</summary>
internal sealed class PickleCodec : IParameterCodec
{
    public string Name => "pickle";

    public ParameterReader Open(ByteSource source, DecodeLimits limits)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(limits);
        var accepted = new LayoutLimits(limits);
        var arrays = ImmutableArray.CreateBuilder<Entry>();
        foreach (var found in new PickledArrays(source).Find())
        {
            var spec = accepted.Accept(arrays.Count.ToString(CultureInfo.InvariantCulture), found.Type, found.Shape);
            var bytes = found.Bytes;
            ArrayExtent.Require(spec, bytes.Spelling == PickleSpelling.Bytes ? bytes.Length : new Latin1Bytes(source, bytes, spec.Name).Count());
            arrays.Add(new Entry(new EncodedArray(spec, found.BigEndian, found.ColumnMajor), bytes));
        }

        return new Reader(source, arrays.ToImmutable());
    }

    public void Write(ParameterSet parameters, Stream destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(destination);
        using var lease = parameters.Acquire();
        destination.Write(Start);
        for (var i = 0; i < parameters.Layout.Arrays.Length; i++)
        {
            destination.Write(Header(parameters.Layout.Arrays[i]));
            ParameterBlocks.CopyTo(destination, parameters, i, cancellationToken);
            destination.Write(ArrayEnd);
        }

        destination.Write(End);
    }

    public long? EncodedLength(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return Start.Length + End.Length + layout.Arrays.Sum(array => Header(array).Length + array.ByteLength + ArrayEnd.Length);
    }

    // Protocol 4, which Python 3.4 and later load; an empty list, and a mark before the items to append to it.
    private static ReadOnlySpan<byte> Start => [(byte)PickleOpcode.Proto, 4, (byte)PickleOpcode.EmptyList, (byte)PickleOpcode.Mark];

    private static ReadOnlySpan<byte> ArrayEnd => [(byte)PickleOpcode.Tuple, (byte)PickleOpcode.Build];

    private static ReadOnlySpan<byte> End => [(byte)PickleOpcode.Appends, (byte)PickleOpcode.Stop];

    /// <summary>
    /// Returns the bytes before the elements of an array: an empty ndarray as numpy itself pickles it, and the beginning of its state,
    /// which is version 1, shape, type, C order, elements. The modules have their old names, which later versions of numpy know too.
    /// </summary>
    private static byte[] Header(ArraySpec array)
    {
        var descriptor = array.Type.NumpyDescriptor
            ?? throw new ArgumentException($"Array '{array.Name}' is {array.Type.WireName}, which numpy cannot hold; safetensors can.", nameof(array));
        var header = new PickleFields()
            .Global("numpy.core.multiarray", "_reconstruct")
            .Global("numpy", "ndarray").Number(0).Op(PickleOpcode.Tuple1).Bytes("b"u8).Op(PickleOpcode.Tuple3).Op(PickleOpcode.Reduce)
            .Op(PickleOpcode.Mark).Number(1).Op(PickleOpcode.Mark);
        foreach (var dimension in array.Shape)
        {
            header.Number(dimension);
        }

        return header.Op(PickleOpcode.Tuple)
            .Global("numpy", "dtype").Text(descriptor[1..]).Op(PickleOpcode.NewFalse).Op(PickleOpcode.NewTrue).Op(PickleOpcode.Tuple3).Op(PickleOpcode.Reduce)
            .Op(PickleOpcode.Mark).Number(3).Text(descriptor[..1]).Op(PickleOpcode.None).Op(PickleOpcode.None).Op(PickleOpcode.None)
            .Number(-1).Number(-1).Number(0).Op(PickleOpcode.Tuple).Op(PickleOpcode.Build)
            .Op(PickleOpcode.NewFalse)
            .BeginBytes(array.ByteLength)
            .ToArray();
    }

    private sealed record Entry(EncodedArray Array, PickleBytes Bytes);

    private sealed class Reader(ByteSource source, ImmutableArray<Entry> entries) : ArrayReader([.. entries.Select(e => e.Array)])
    {
        protected override SequentialBytes OpenArray(int index)
        {
            var (array, bytes) = entries[index];
            return bytes.Spelling == PickleSpelling.Bytes
                ? new StoredBytes(source, bytes.Offset, array.Spec.Name)
                : new Latin1Bytes(source, bytes, array.Spec.Name);
        }
    }

    /// <summary>A builder of consecutive pickle operations.</summary>
    private sealed class PickleFields
    {
        private readonly List<byte> _bytes = [];

        public PickleFields Op(PickleOpcode opcode)
        {
            _bytes.Add((byte)opcode);
            return this;
        }

        public PickleFields Global(string module, string name) => Op(PickleOpcode.Global).Ascii($"{module}\n{name}\n");

        public PickleFields Text(string text) => Op(PickleOpcode.ShortBinUnicode).Raw([(byte)text.Length]).Ascii(text);

        public PickleFields Bytes(ReadOnlySpan<byte> bytes) => Op(PickleOpcode.ShortBinBytes).Raw([(byte)bytes.Length]).Raw(bytes);

        public PickleFields Number(long number)
        {
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
            return number is >= int.MinValue and <= int.MaxValue
                ? Op(PickleOpcode.BinInt).Raw(bytes[..4])
                : Op(PickleOpcode.Long1).Raw([8]).Raw(bytes);
        }

        /// <summary>Adds the operation whose bytes, the elements, follow.</summary>
        public PickleFields BeginBytes(long length)
        {
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, length);
            return length <= uint.MaxValue ? Op(PickleOpcode.BinBytes).Raw(bytes[..4]) : Op(PickleOpcode.BinBytes8).Raw(bytes);
        }

        public byte[] ToArray() => [.. _bytes];

        private PickleFields Ascii(string text)
        {
            _bytes.AddRange(System.Text.Encoding.ASCII.GetBytes(text));
            return this;
        }

        private PickleFields Raw(ReadOnlySpan<byte> bytes)
        {
            _bytes.AddRange(bytes);
            return this;
        }
    }
}
