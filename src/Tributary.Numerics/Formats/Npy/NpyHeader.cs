// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Formats.Npy;

/// <summary>The header of an npy array: magic, version, length, a Python dictionary, padding to a multiple of 64 bytes.</summary>
internal static class NpyHeader
{
    private const int PreambleLength = 10;
    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads a header of version 1, 2 or 3.</summary>
    /// <param name="bytes">The bytes of the file or member from its start.</param>
    /// <param name="available">The number of bytes available.</param>
    /// <param name="name">The name of the array, for messages.</param>
    /// <param name="limits">The limits on what the header may claim.</param>
    /// <param name="length">The length of the header: the offset of the first element.</param>
    public static NpyFields Read(SequentialBytes bytes, long available, string name, DecodeLimits limits, out int length) =>
        NpyDictionary.Parse(ReadText(bytes, available, name, limits, out length), name, limits);

    /// <summary>Reads up to the first element, and returns the text of the header.</summary>
    internal static byte[] ReadText(SequentialBytes bytes, long available, string name, DecodeLimits limits, out int length)
    {
        Span<byte> preamble = stackalloc byte[12];
        if (available < preamble.Length)
        {
            throw new ParameterFormatException(ParameterFormatError.Truncated, $"Array '{name}' has {available} bytes; an npy header has at least 12.");
        }

        bytes.Fill(preamble[..8]);
        if (!preamble[..6].SequenceEqual(Magic))
        {
            throw Malformed(name, $"is {FileKind.Describe(preamble[..8]) ?? "of no known format"}; expected npy");
        }

        var version = preamble[6];
        if (version is not (1 or 2 or 3) || preamble[7] != 0)
        {
            throw new ParameterFormatException(
                ParameterFormatError.Unsupported, $"Array '{name}' has npy version {version}.{preamble[7]}; expected 1.0, 2.0 or 3.0.");
        }

        var lengthBytes = preamble.Slice(8, version == 1 ? 2 : 4);
        bytes.Fill(lengthBytes);
        var textLength = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(lengthBytes) : BinaryPrimitives.ReadUInt32LittleEndian(lengthBytes);
        if (textLength > limits.MaxArrayHeaderBytes)
        {
            throw LayoutLimits.Exceeded($"Array '{name}' has an npy header of {textLength} bytes; at most {limits.MaxArrayHeaderBytes} are allowed.");
        }

        length = 8 + lengthBytes.Length + (int)textLength;
        if (length > available)
        {
            throw new ParameterFormatException(
                ParameterFormatError.Truncated, $"Array '{name}' has {available} bytes, fewer than the {length} of its npy header.");
        }

        var text = new byte[textLength];
        bytes.Fill(text);
        return text;
    }

    /// <summary>Returns the header that numpy writes for an array in C order and little-endian.</summary>
    /// <exception cref="ArgumentException">The type does not exist in npy, or the shape is too long for the header.</exception>
    public static byte[] Write(ArraySpec spec)
    {
        var descriptor = spec.Type.NumpyDescriptor
            ?? throw new ArgumentException($"Array '{spec.Name}' is {spec.Type.WireName}, which npy cannot hold; safetensors can.", nameof(spec));
        var text = new StringBuilder("{'descr': '").Append(descriptor).Append("', 'fortran_order': False, 'shape': (");
        text.AppendJoin(", ", spec.Shape).Append(spec.Shape.Length == 1 ? "," : "").Append("), }");
        var length = (PreambleLength + text.Length + 1 + 63) / 64 * 64;
        if (length - PreambleLength > ushort.MaxValue)
        {
            throw new ArgumentException($"Array '{spec.Name}' has {spec.Shape.Length} dimensions, too many for an npy header.", nameof(spec));
        }

        text.Append(' ', length - PreambleLength - text.Length - 1).Append('\n');
        var header = new byte[length];
        Magic.CopyTo(header);
        header[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)(length - PreambleLength));
        Encoding.ASCII.GetBytes(text.ToString(), header.AsSpan(PreambleLength));
        return header;
    }

    internal static ParameterFormatException Malformed(string name, string what) => new(ParameterFormatError.Malformed, $"Array '{name}' {what}.");
}

internal readonly record struct NpyFields(ElementType Type, bool BigEndian, bool ColumnMajor, ImmutableArray<long> Shape)
{
    public EncodedArray Accept(string name, LayoutLimits limits) => new(limits.Accept(name, Type, Shape), BigEndian, ColumnMajor);
}
