// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Tributary.Core;
using Tributary.Protocol.PythonJson;

namespace Tributary.Repository.Documents;

/// <summary>The type of a field, which converts a value as pydantic 1.10 does or reports the errors in it.</summary>
internal abstract class SchemaType
{
    public const int MaxShortCharacters = 1000;

    public static SchemaType String { get; } = new StringType();

    /// <summary>A string that identifies documents or files: short, without null characters.</summary>
    public static SchemaType ShortString { get; } = new StringType { MaxCharacters = MaxShortCharacters, IsName = true };

    /// <summary>A string that identifies a document in the paths of operations, which have no place for an empty one.</summary>
    public static SchemaType KeyString { get; } = new StringType { MinCharacters = 1, MaxCharacters = MaxShortCharacters, IsName = true };

    public static SchemaType Number { get; } = new NumberType();

    public static SchemaType Integer { get; } = new IntegerType();

    public static SchemaType Boolean { get; } = new BooleanType();

    public static SchemaType Any { get; } = new AnyType();

    /// <summary>A string or a number. String is tried first and accepts every number, so numbers become strings.</summary>
    public static SchemaType StringOrNumber { get; } = new StringOrNumberType(keepsNumbers: false);

    /// <summary>A string or a number, where a number in JSON stays a number.</summary>
    public static SchemaType StringOrNumberAsGiven { get; } = new StringOrNumberType(keepsNumbers: true);

    public static SchemaType ObjectOf(SchemaType values) => new ObjectType(values);

    public static SchemaType ArrayOf(SchemaType items) => new ArrayType(items);

    /// <summary>Returns the OpenAPI description of the type.</summary>
    public abstract PythonJsonValue.Object Describe();

    /// <summary>Returns the converted value; null when it is invalid, with the reasons added to <paramref name="problems"/>.</summary>
    public abstract PythonJsonValue? Read(PythonJsonValue value, ErrorLocation place, List<ValidationError> problems);

    /// <summary>Converts an object or a list of pairs to an object as Python's <c>dict</c> does; null for other values.</summary>
    public static PythonJsonValue.Object? ToObject(PythonJsonValue value)
    {
        switch (value)
        {
            case PythonJsonValue.Object map:
                return map;
            case PythonJsonValue.String { Value: "" }:
                return new PythonJsonValue.Object();
            case PythonJsonValue.Array list:
                var result = new PythonJsonValue.Object();
                foreach (var item in list.Items)
                {
                    if (item is not PythonJsonValue.Array { Items: [PythonJsonValue.String key, var paired] })
                    {
                        return null;
                    }

                    result.Entries[key.Value] = paired;
                }

                return result;
            default:
                return null;
        }
    }

    public static string? ToPythonString(PythonJsonValue value) => value switch
    {
        PythonJsonValue.String text => text.Value,
        PythonJsonValue.Integer whole => whole.Digits,
        PythonJsonValue.Number real => PythonNumber.Print(real.Value),
        PythonJsonValue.Boolean flag => flag.Value ? "True" : "False",
        _ => null,
    };

    public static bool? ToBoolean(PythonJsonValue value) => value switch
    {
        PythonJsonValue.Boolean flag => flag.Value,
        PythonJsonValue.Integer { Digits: "1" } or PythonJsonValue.Number { Value: 1 } => true,
        PythonJsonValue.Integer { Digits: "0" } or PythonJsonValue.Number { Value: 0 } => false,
        PythonJsonValue.String text => text.Value.ToUpperInvariant() switch
        {
            "1" or "ON" or "T" or "TRUE" or "Y" or "YES" => true,
            "0" or "OFF" or "F" or "FALSE" or "N" or "NO" => false,
            _ => null,
        },
        _ => null,
    };

    protected static PythonJsonValue.Object Named(string type) => new() { Entries = { ["type"] = new PythonJsonValue.String(type) } };

    private static PythonJsonValue? Otherwise(PythonJsonValue? value, ValidationError problem, List<ValidationError> problems)
    {
        if (value is null)
        {
            problems.Add(problem);
        }

        return value;
    }

    private sealed class StringType : SchemaType
    {
        public int MinCharacters { get; init; }

        public int MaxCharacters { get; init; } = int.MaxValue;

        public bool IsName { get; init; }

        public override PythonJsonValue.Object Describe() => Named("string");

        public override PythonJsonValue? Read(PythonJsonValue value, ErrorLocation place, List<ValidationError> problems)
        {
            var text = ToPythonString(value);
            if (IsName && FreeText.HoldsNull(text))
            {
                return Otherwise(null, ValidationError.Wrong(place, FreeText.NameFault), problems);
            }

            var problem = text is null ? ValidationError.NotString(place)
                : text.Length < MinCharacters ? ValidationError.TooShort(place, MinCharacters)
                : ValidationError.TooLong(place, MaxCharacters);
            return Otherwise(text?.Length >= MinCharacters && text.Length <= MaxCharacters ? new PythonJsonValue.String(text) : null, problem, problems);
        }
    }

    private sealed class StringOrNumberType(bool keepsNumbers) : SchemaType
    {
        public override PythonJsonValue.Object Describe() => keepsNumbers ? new() : Named("string");

        public override PythonJsonValue? Read(PythonJsonValue value, ErrorLocation place, List<ValidationError> problems)
        {
            if (ToPythonString(value) is { } text)
            {
                return keepsNumbers && value is not PythonJsonValue.Number { Value: double.NaN or double.PositiveInfinity or double.NegativeInfinity }
                    ? value
                    : new PythonJsonValue.String(text);
            }

            problems.Add(ValidationError.NotString(place));
            problems.Add(ValidationError.NotNumber(place));
            return null;
        }
    }

    private sealed class NumberType : SchemaType
    {
        public override PythonJsonValue.Object Describe() => Named("number");

        public override PythonJsonValue? Read(PythonJsonValue value, ErrorLocation place, List<ValidationError> problems)
        {
            var number = value switch
            {
                PythonJsonValue.Number real => (double?)real.Value,
                PythonJsonValue.Boolean flag => flag.Value ? 1 : 0,
                PythonJsonValue.Integer whole => PythonNumber.ParseReal(whole.Digits),
                PythonJsonValue.String text => PythonNumber.ParseReal(text.Value),
                _ => null,
            };

            // NaN and infinities are not JSON: they would make every later list unreadable.
            return Otherwise(number is { } finite && double.IsFinite(finite) ? new PythonJsonValue.Number(finite) : null, ValidationError.NotNumber(place), problems);
        }
    }

    private sealed class IntegerType : SchemaType
    {
        public override PythonJsonValue.Object Describe() => Named("integer");

        public override PythonJsonValue? Read(PythonJsonValue value, ErrorLocation place, List<ValidationError> problems)
        {
            var digits = value switch
            {
                PythonJsonValue.Integer whole => whole.Digits,
                PythonJsonValue.Boolean flag => flag.Value ? "1" : "0",
                PythonJsonValue.Number real => PythonNumber.Truncate(real.Value),
                PythonJsonValue.String text => PythonNumber.ParseWhole(text.Value),
                _ => null,
            };

            // The original's database accepts no larger numbers either.
            var fits = long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
            return Otherwise(fits ? new PythonJsonValue.Integer(digits!) : null, ValidationError.NotInteger(place), problems);
        }
    }

    private sealed class BooleanType : SchemaType
    {
        public override PythonJsonValue.Object Describe() => Named("boolean");

        public override PythonJsonValue? Read(PythonJsonValue value, ErrorLocation place, List<ValidationError> problems) =>
            Otherwise(ToBoolean(value) is { } flag ? new PythonJsonValue.Boolean(flag) : null, ValidationError.NotBoolean(place), problems);
    }

    private sealed class AnyType : SchemaType
    {
        public override PythonJsonValue.Object Describe() => new();

        public override PythonJsonValue? Read(PythonJsonValue value, ErrorLocation place, List<ValidationError> problems) =>
            Otherwise(IsFinite(value) ? value : null, ValidationError.Wrong(place, "NaN and infinite numbers cannot be kept"), problems);

        private static bool IsFinite(PythonJsonValue value) => value switch
        {
            PythonJsonValue.Number real => double.IsFinite(real.Value),
            PythonJsonValue.Array list => list.Items.All(IsFinite),
            PythonJsonValue.Object map => map.Entries.Values.All(IsFinite),
            _ => true,
        };
    }

    private sealed class ObjectType(SchemaType values) : SchemaType
    {
        public override PythonJsonValue.Object Describe()
        {
            var described = Named("object");
            described.Entries["additionalProperties"] = values.Describe();
            return described;
        }

        public override PythonJsonValue? Read(PythonJsonValue value, ErrorLocation place, List<ValidationError> problems)
        {
            if (ToObject(value) is not { } map)
            {
                problems.Add(ValidationError.NotObject(place));
                return null;
            }

            var result = new PythonJsonValue.Object();
            var before = problems.Count;
            foreach (var (key, item) in map.Entries)
            {
                if (item is PythonJsonValue.Null && values is not AnyType)
                {
                    problems.Add(ValidationError.Null(place.At(key)));
                }
                else if (values.Read(item, place.At(key), problems) is { } kept)
                {
                    result.Entries[key] = kept;
                }
            }

            return problems.Count == before ? result : null;
        }
    }

    private sealed class ArrayType(SchemaType items) : SchemaType
    {
        public override PythonJsonValue.Object Describe()
        {
            var described = Named("array");
            described.Entries["items"] = items.Describe();
            return described;
        }

        public override PythonJsonValue? Read(PythonJsonValue value, ErrorLocation place, List<ValidationError> problems)
        {
            if (value is not PythonJsonValue.Array list)
            {
                problems.Add(ValidationError.NotArray(place));
                return null;
            }

            var result = new List<PythonJsonValue>();
            var before = problems.Count;
            for (var i = 0; i < list.Items.Count; i++)
            {
                if (list.Items[i] is PythonJsonValue.Null)
                {
                    problems.Add(ValidationError.Null(place.At(i)));
                }
                else if (items.Read(list.Items[i], place.At(i), problems) is { } kept)
                {
                    result.Add(kept);
                }
            }

            return problems.Count == before ? new PythonJsonValue.Array(result) : null;
        }
    }
}
