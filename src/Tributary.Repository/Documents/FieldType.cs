// SPDX-License-Identifier: Apache-2.0

using System.Globalization;

namespace Tributary.Repository.Documents;

/// <summary>What a field may hold: takes a value over, converted as pydantic 1.10 does, or says what is wrong with it.</summary>
internal abstract class FieldType
{
    public const int MaxShortCharacters = 1000;

    public static FieldType Text { get; } = new TextType(int.MaxValue);

    /// <summary>A text that tells documents or files apart, of up to <see cref="MaxShortCharacters"/>.</summary>
    public static FieldType ShortText { get; } = new TextType(MaxShortCharacters);

    public static FieldType Real { get; } = new RealType();

    public static FieldType Whole { get; } = new WholeType();

    public static FieldType Flag { get; } = new FlagType();

    public static FieldType Any { get; } = new AnyType();

    /// <summary>A text or a number. Text is tried first, and every number is one.</summary>
    public static FieldType Measure { get; } = new MeasureType(keepsNumbers: false);

    /// <summary>The same, but what JSON can tell apart from a text stays so.</summary>
    public static FieldType MeasureAsGiven { get; } = new MeasureType(keepsNumbers: true);

    public static FieldType MapOf(FieldType values) => new MapType(values);

    public static FieldType ListOf(FieldType items) => new ListType(items);

    /// <summary>How OpenAPI describes it.</summary>
    public abstract LooseValue.Map Describe();

    /// <summary>The value to keep; null when <paramref name="problems"/> says why not.</summary>
    public abstract LooseValue? Read(LooseValue value, Place place, List<Problem> problems);

    /// <summary>A mapping, or what Python makes one of: a list of pairs.</summary>
    public static LooseValue.Map? ToMap(LooseValue value)
    {
        switch (value)
        {
            case LooseValue.Map map:
                return map;
            case LooseValue.Text { Value: "" }:
                return new LooseValue.Map();
            case LooseValue.List list:
                var result = new LooseValue.Map();
                foreach (var item in list.Items)
                {
                    if (item is not LooseValue.List { Items: [LooseValue.Text key, var paired] })
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

    public static string? ToText(LooseValue value) => value switch
    {
        LooseValue.Text text => text.Value,
        LooseValue.Whole whole => whole.Digits,
        LooseValue.Real real => PythonNumber.Print(real.Value),
        LooseValue.Flag flag => flag.Value ? "True" : "False",
        _ => null,
    };

    public static bool? ToFlag(LooseValue value) => value switch
    {
        LooseValue.Flag flag => flag.Value,
        LooseValue.Whole { Digits: "1" } or LooseValue.Real { Value: 1 } => true,
        LooseValue.Whole { Digits: "0" } or LooseValue.Real { Value: 0 } => false,
        LooseValue.Text text => text.Value.ToUpperInvariant() switch
        {
            "1" or "ON" or "T" or "TRUE" or "Y" or "YES" => true,
            "0" or "OFF" or "F" or "FALSE" or "N" or "NO" => false,
            _ => null,
        },
        _ => null,
    };

    protected static LooseValue.Map Named(string type) => new() { Entries = { ["type"] = new LooseValue.Text(type) } };

    private static LooseValue? Otherwise(LooseValue? value, Problem problem, List<Problem> problems)
    {
        if (value is null)
        {
            problems.Add(problem);
        }

        return value;
    }

    private sealed class TextType(int maxCharacters) : FieldType
    {
        public override LooseValue.Map Describe() => Named("string");

        public override LooseValue? Read(LooseValue value, Place place, List<Problem> problems)
        {
            var text = ToText(value);
            var problem = text is null ? Problem.NoText(place) : Problem.TooLong(place, maxCharacters);
            return Otherwise(text?.Length <= maxCharacters ? new LooseValue.Text(text) : null, problem, problems);
        }
    }

    private sealed class MeasureType(bool keepsNumbers) : FieldType
    {
        public override LooseValue.Map Describe() => keepsNumbers ? new() : Named("string");

        public override LooseValue? Read(LooseValue value, Place place, List<Problem> problems)
        {
            if (ToText(value) is { } text)
            {
                return keepsNumbers && value is not LooseValue.Real { Value: double.NaN or double.PositiveInfinity or double.NegativeInfinity }
                    ? value
                    : new LooseValue.Text(text);
            }

            problems.Add(Problem.NoText(place));
            problems.Add(Problem.NoReal(place));
            return null;
        }
    }

    private sealed class RealType : FieldType
    {
        public override LooseValue.Map Describe() => Named("number");

        public override LooseValue? Read(LooseValue value, Place place, List<Problem> problems)
        {
            var number = value switch
            {
                LooseValue.Real real => (double?)real.Value,
                LooseValue.Flag flag => flag.Value ? 1 : 0,
                LooseValue.Whole whole => PythonNumber.ParseReal(whole.Digits),
                LooseValue.Text text => PythonNumber.ParseReal(text.Value),
                _ => null,
            };

            // NaN and infinities are no JSON: they would make every later list unreadable.
            return Otherwise(number is { } finite && double.IsFinite(finite) ? new LooseValue.Real(finite) : null, Problem.NoReal(place), problems);
        }
    }

    private sealed class WholeType : FieldType
    {
        public override LooseValue.Map Describe() => Named("integer");

        public override LooseValue? Read(LooseValue value, Place place, List<Problem> problems)
        {
            var digits = value switch
            {
                LooseValue.Whole whole => whole.Digits,
                LooseValue.Flag flag => flag.Value ? "1" : "0",
                LooseValue.Real real => PythonNumber.Truncate(real.Value),
                LooseValue.Text text => PythonNumber.ParseWhole(text.Value),
                _ => null,
            };

            // The original's database takes no more either.
            var fits = long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
            return Otherwise(fits ? new LooseValue.Whole(digits!) : null, Problem.NoWhole(place), problems);
        }
    }

    private sealed class FlagType : FieldType
    {
        public override LooseValue.Map Describe() => Named("boolean");

        public override LooseValue? Read(LooseValue value, Place place, List<Problem> problems) =>
            Otherwise(ToFlag(value) is { } flag ? new LooseValue.Flag(flag) : null, Problem.NoFlag(place), problems);
    }

    private sealed class AnyType : FieldType
    {
        public override LooseValue.Map Describe() => new();

        public override LooseValue? Read(LooseValue value, Place place, List<Problem> problems) =>
            Otherwise(IsFinite(value) ? value : null, Problem.Wrong(place, "NaN and infinite numbers cannot be kept"), problems);

        private static bool IsFinite(LooseValue value) => value switch
        {
            LooseValue.Real real => double.IsFinite(real.Value),
            LooseValue.List list => list.Items.All(IsFinite),
            LooseValue.Map map => map.Entries.Values.All(IsFinite),
            _ => true,
        };
    }

    private sealed class MapType(FieldType values) : FieldType
    {
        public override LooseValue.Map Describe()
        {
            var described = Named("object");
            described.Entries["additionalProperties"] = values.Describe();
            return described;
        }

        public override LooseValue? Read(LooseValue value, Place place, List<Problem> problems)
        {
            if (ToMap(value) is not { } map)
            {
                problems.Add(Problem.NoMap(place));
                return null;
            }

            var result = new LooseValue.Map();
            var before = problems.Count;
            foreach (var (key, item) in map.Entries)
            {
                if (item is LooseValue.Null && values is not AnyType)
                {
                    problems.Add(Problem.Null(place.At(key)));
                }
                else if (values.Read(item, place.At(key), problems) is { } kept)
                {
                    result.Entries[key] = kept;
                }
            }

            return problems.Count == before ? result : null;
        }
    }

    private sealed class ListType(FieldType items) : FieldType
    {
        public override LooseValue.Map Describe()
        {
            var described = Named("array");
            described.Entries["items"] = items.Describe();
            return described;
        }

        public override LooseValue? Read(LooseValue value, Place place, List<Problem> problems)
        {
            if (value is not LooseValue.List list)
            {
                problems.Add(Problem.NoList(place));
                return null;
            }

            var result = new List<LooseValue>();
            var before = problems.Count;
            for (var i = 0; i < list.Items.Count; i++)
            {
                if (list.Items[i] is LooseValue.Null)
                {
                    problems.Add(Problem.Null(place.At(i)));
                }
                else if (items.Read(list.Items[i], place.At(i), problems) is { } kept)
                {
                    result.Add(kept);
                }
            }

            return problems.Count == before ? new LooseValue.List(result) : null;
        }
    }
}
