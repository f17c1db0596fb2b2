// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Text.Json;

namespace Tributary.Core.Aggregation;

/// <summary>A parameter of a strategy that a session may set, with its type, its default and its range.</summary>
public abstract record StrategyParameter
{
    private StrategyParameter(string name) => Name = name;

    /// <summary>The name of the parameter: the one that the known frameworks use, where they have one.</summary>
    public string Name { get; }

    /// <summary>The value when the session sets none, in the type that <see cref="StrategyParameters"/> returns.</summary>
    public abstract object DefaultValue { get; }

    /// <summary>The values that a session may set, in words: <c>a number from 0 to 1</c>.</summary>
    public abstract string Expected { get; }

    /// <summary>Reads a value of this parameter; numbers and flags also as text, as strategies of the repository have them. Null for any other value.</summary>
    internal abstract object? Read(JsonElement element);

    /// <summary>A finite number.</summary>
    public sealed record Number(string Name, double Default, double Min, double Max) : StrategyParameter(Name)
    {
        /// <summary>True when the value must stay below <see cref="Max"/>.</summary>
        public bool ExcludesMax { get; init; }

        /// <summary>True when the value must be above <see cref="Min"/>.</summary>
        public bool ExcludesMin { get; init; }

        public override object DefaultValue => Default;

        public override string Expected =>
            FormattableString.Invariant($"a number {(ExcludesMin ? "above" : "from")} {Min} {(ExcludesMax ? "and below" : "to")} {Max}");

        internal override object? Read(JsonElement element)
        {
            var isNumber = element.ValueKind switch
            {
                JsonValueKind.Number => element.TryGetDouble(out var number) ? number : (double?)null,
                JsonValueKind.String => double.TryParse(element.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null,
                _ => null,
            };
            return isNumber is { } value && double.IsFinite(value)
                && (ExcludesMin ? value > Min : value >= Min) && (ExcludesMax ? value < Max : value <= Max) ? value : null;
        }
    }

    /// <summary>A whole number.</summary>
    public sealed record WholeNumber(string Name, int Default, int Min, int Max) : StrategyParameter(Name)
    {
        public override object DefaultValue => Default;

        public override string Expected => FormattableString.Invariant($"a whole number from {Min} to {Max}");

        // Python writes whole numbers also as 3.0.
        internal override object? Read(JsonElement element) =>
            new Number(Name, Default, Min, Max).Read(element) is double value && value == Math.Floor(value) ? (int)value : null;
    }

    /// <summary>One of several texts.</summary>
    public sealed record Choice(string Name, string Default, IReadOnlyList<string> Values) : StrategyParameter(Name)
    {
        public override object DefaultValue => Default;

        public override string Expected => $"one of {string.Join(", ", Values)}";

        internal override object? Read(JsonElement element) =>
            element.ValueKind == JsonValueKind.String && Values.Contains(element.GetString()!) ? element.GetString() : null;
    }

    /// <summary>A flag.</summary>
    public sealed record Flag(string Name, bool Default) : StrategyParameter(Name)
    {
        public override object DefaultValue => Default;

        public override string Expected => "true or false";

        internal override object? Read(JsonElement element) =>
            bool.TryParse(element.ValueKind == JsonValueKind.String ? element.GetString() : element.GetRawText(), out var value) ? value : null;
    }
}
