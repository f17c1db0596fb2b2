// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Formats.Safetensors;

/// <summary>The safetensors format: the length of a JSON header, the header, and the elements of all arrays without gaps.</summary>
internal sealed class SafetensorsCodec : IParameterCodec
{
    public const string MetadataKey = "__metadata__";
    public const int LengthBytes = 8;

    public string Name => "safetensors";

    public ParameterReader Open(ByteSource source, DecodeLimits limits)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(limits);
        var bytes = new StoredBytes(source, 0, "header");
        if (source.Length < LengthBytes)
        {
            throw new ParameterFormatException(
                ParameterFormatError.Truncated, $"There are {source.Length} bytes; a safetensors file starts with {LengthBytes} for the length of its header.");
        }

        Span<byte> lengthBytes = stackalloc byte[LengthBytes];
        bytes.Fill(lengthBytes);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        if (length > (ulong)limits.MaxHeaderBytes)
        {
            throw FileKind.Describe(source) is { } kind
                ? new ParameterFormatException(ParameterFormatError.Malformed, $"The file is {kind}; expected safetensors.")
                : LayoutLimits.Exceeded($"The safetensors header has {length} bytes; at most {limits.MaxHeaderBytes} are allowed.");
        }

        if ((long)length > source.Length - LengthBytes)
        {
            throw new ParameterFormatException(
                ParameterFormatError.Truncated, $"The safetensors header has {length} bytes; {source.Length - LengthBytes} are there.");
        }

        var header = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            bytes.Fill(header.AsSpan(0, (int)length));
            var dataOffset = LengthBytes + (long)length;
            return new Reader(source, dataOffset, SafetensorsHeader.Parse(header.AsSpan(0, (int)length), source.Length - dataOffset, limits));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(header);
        }
    }

    public void Write(ParameterSet parameters, Stream destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(destination);
        using var lease = parameters.Acquire();
        destination.Write(Header(parameters.Layout));
        for (var i = 0; i < parameters.Layout.Arrays.Length; i++)
        {
            ParameterBlocks.CopyTo(destination, parameters, i, cancellationToken);
        }
    }

    public long? EncodedLength(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return Header(layout).Length + layout.Arrays.Sum(array => array.ByteLength);
    }

    // Padded with spaces, so that the first element lies at a multiple of 64.
    private static byte[] Header(ParameterLayout layout)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            var offset = 0L;
            foreach (var array in layout.Arrays)
            {
                if (array.Name == MetadataKey)
                {
                    throw new ArgumentException($"In safetensors '{MetadataKey}' is not the name of an array.", nameof(layout));
                }

                writer.WriteStartObject(array.Name);
                writer.WriteString("dtype", SafetensorsHeader.TypeName(array.Type));
                writer.WriteStartArray("shape");
                foreach (var dimension in array.Shape)
                {
                    writer.WriteNumberValue(dimension);
                }

                writer.WriteEndArray();
                writer.WriteStartArray("data_offsets");
                writer.WriteNumberValue(offset);
                offset += array.ByteLength;
                writer.WriteNumberValue(offset);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        var length = (LengthBytes + json.WrittenCount + ParameterLayout.Alignment - 1) / ParameterLayout.Alignment * ParameterLayout.Alignment;
        var header = new byte[length];
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)(length - LengthBytes));
        json.WrittenSpan.CopyTo(header.AsSpan(LengthBytes));
        header.AsSpan(LengthBytes + json.WrittenCount).Fill((byte)' ');
        return header;
    }

    private sealed class Reader(ByteSource source, long dataOffset, ImmutableArray<SafetensorsHeader.Entry> entries)
        : ArrayReader([.. entries.Select(entry => entry.Array)])
    {
        protected override SequentialBytes OpenArray(int index) =>
            new StoredBytes(source, dataOffset + entries[index].Start, entries[index].Array.Spec.Name);
    }
}
