// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Formats.Safetensors;

/// <summary>The JSON header of a safetensors file. Its arrays must cover the data exactly: no gap, no overlap, no remainder.</summary>
internal ref struct SafetensorsHeader
{
    private readonly DecodeLimits _limits;
    private readonly LayoutLimits _accepted;
    private Utf8JsonReader _json;

    private SafetensorsHeader(ReadOnlySpan<byte> header, DecodeLimits limits)
    {
        _limits = limits;
        _accepted = new LayoutLimits(limits);
        _json = new Utf8JsonReader(header, new JsonReaderOptions { MaxDepth = 3 });
    }

    internal readonly record struct Entry(EncodedArray Array, long Start, long End);

    public static string TypeName(ElementType type) => type switch
    {
        ElementType.Boolean => "BOOL",
        ElementType.Int8 => "I8",
        ElementType.UInt8 => "U8",
        ElementType.Int16 => "I16",
        ElementType.UInt16 => "U16",
        ElementType.Int32 => "I32",
        ElementType.UInt32 => "U32",
        ElementType.Int64 => "I64",
        ElementType.UInt64 => "U64",
        ElementType.Float16 => "F16",
        ElementType.BFloat16 => "BF16",
        ElementType.Float32 => "F32",
        ElementType.Float64 => "F64",
        _ => throw new UnreachableException(),
    };

    public static ImmutableArray<Entry> Parse(ReadOnlySpan<byte> header, long dataLength, DecodeLimits limits)
    {
        try
        {
            var entries = new SafetensorsHeader(header, limits).ReadEntries();
            RequireCover(entries, dataLength);
            return entries;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is thrown for text with half a surrogate pair.
            throw Malformed($"The safetensors header is not valid JSON: {exception.Message}");
        }
    }

    private ImmutableArray<Entry> ReadEntries()
    {
        var entries = ImmutableArray.CreateBuilder<Entry>();
        var metadataSeen = false;
        Next(JsonTokenType.StartObject, "the header");
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var name = Text("an array name");
            if (name == SafetensorsCodec.MetadataKey)
            {
                if (metadataSeen)
                {
                    throw new ParameterFormatException(ParameterFormatError.DuplicateName, $"The safetensors header has '{name}' twice.");
                }

                metadataSeen = true;
                _json.Skip();
                continue;
            }

            entries.Add(ReadEntry(name));
        }

        // The reader refuses anything but white space after the object.
        _json.Read();
        return entries.ToImmutable();
    }

    private Entry ReadEntry(string name)
    {
        string? typeName = null;
        ImmutableArray<long>? shape = null;
        ImmutableArray<long>? offsets = null;
        Next(JsonTokenType.StartObject, $"array '{name}'");
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var key = Text($"a field of array '{name}'");
            switch (key)
            {
                case "dtype" when typeName is null:
                    Next(JsonTokenType.String, $"dtype of array '{name}'");
                    typeName = Text($"dtype of array '{name}'");
                    break;
                case "shape" when shape is null:
                    shape = Numbers(name, key, _limits.MaxRank);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = Numbers(name, key, 2);
                    break;
                default:
                    throw Malformed($"Array '{name}' has the field '{key}' twice or out of place; expected dtype, shape and data_offsets.");
            }
        }

        if (typeName is null || shape is null || offsets is not [var start, var end])
        {
            throw Malformed($"Array '{name}' lacks dtype, shape or the two data_offsets.");
        }

        var spec = _accepted.Accept(name, ParseType(name, typeName), shape.Value);
        if (start > end)
        {
            throw Malformed($"Array '{name}' has the data_offsets {start} and {end}; expected the first to be the smaller.");
        }

        ArrayExtent.Require(spec, end - start);
        return new Entry(new EncodedArray(spec), start, end);
    }

    private static ElementType ParseType(string name, string typeName)
    {
        foreach (var type in Enum.GetValues<ElementType>())
        {
            if (TypeName(type) == typeName)
            {
                return type;
            }
        }

        throw new ParameterFormatException(
            ParameterFormatError.UnsupportedType, $"Array '{name}' has the dtype '{typeName}'; expected BOOL, F16, BF16, F32, F64, or I8 to U64.");
    }

    private ImmutableArray<long> Numbers(string name, string key, int max)
    {
        var numbers = ImmutableArray.CreateBuilder<long>();
        Next(JsonTokenType.StartArray, $"{key} of array '{name}'");
        while (_json.Read() && _json.TokenType == JsonTokenType.Number)
        {
            if (!_json.TryGetInt64(out var number) || number < 0)
            {
                throw Malformed($"Array '{name}' has a number in {key} that is not whole, negative or beyond 2^63 - 1.");
            }

            numbers.Add(number);
            if (numbers.Count > max)
            {
                throw LayoutLimits.Exceeded($"Array '{name}' has more than {max} numbers in {key}.");
            }
        }

        return _json.TokenType == JsonTokenType.EndArray
            ? numbers.ToImmutable()
            : throw Malformed($"Array '{name}' has something other than numbers in {key}.");
    }

    private void Next(JsonTokenType expected, string where)
    {
        if (!_json.Read() || _json.TokenType != expected)
        {
            throw Malformed($"The safetensors header has {_json.TokenType} for {where}; expected {expected}.");
        }
    }

    private readonly string Text(string where)
    {
        // An escaped character takes at most six bytes.
        if (_json.ValueSpan.Length > 6L * _limits.MaxNameLength)
        {
            throw LayoutLimits.Exceeded($"The safetensors header has {_json.ValueSpan.Length} bytes for {where}, beyond {_limits.MaxNameLength} characters.");
        }

        return _json.GetString() ?? throw new UnreachableException();
    }

    private static void RequireCover(ImmutableArray<Entry> entries, long dataLength)
    {
        var end = 0L;
        foreach (var entry in entries.OrderBy(entry => entry.Start).ThenBy(entry => entry.End))
        {
            if (entry.Start != end)
            {
                throw Malformed($"Array '{entry.Array.Spec.Name}' starts at byte {entry.Start} of the data; expected {end}, without gap or overlap.");
            }

            end = entry.End;
        }

        if (end != dataLength)
        {
            throw new ParameterFormatException(
                end > dataLength ? ParameterFormatError.Truncated : ParameterFormatError.Malformed,
                $"The arrays of the safetensors header take {end} bytes; there are {dataLength}.");
        }
    }

    private static ParameterFormatException Malformed(string message) => new(ParameterFormatError.Malformed, message);
}
