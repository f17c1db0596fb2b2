// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Text.Json;

namespace Tributary.Core.Aggregation;

/// <summary>A number that a session may set for a strategy.</summary>
/// <param name="Name">Its name, that of the known frameworks where they have one.</param>
/// <param name="Default">What holds when the session says nothing.</param>
/// <param name="Min">The smallest value allowed.</param>
/// <param name="Max">The largest value allowed.</param>
public sealed record StrategyParameter(string Name, double Default, double Min, double Max);

/// <summary>The values of a strategy's parameters in one session.</summary>
public sealed class StrategyParameters
{
    /// <summary>The length up to which a text is read, in UTF-16 units.</summary>
    private const int MaxCharacters = 1 << 16;

    private readonly Dictionary<string, double> _values;

    private StrategyParameters(Dictionary<string, double> values) => _values = values;

    /// <summary>The value of a parameter that the strategy declares.</summary>
    public double this[string name] => _values[name];

    /// <summary>Reads what a session says.</summary>
    /// <param name="text">A JSON object of numbers, or null.</param>
    /// <param name="parameters">What the strategy declares.</param>
    /// <returns>The values, or what is wrong with the text.</returns>
    public static (StrategyParameters? Values, string? Problem) Read(string? text, IReadOnlyList<StrategyParameter> parameters)
    {
        var values = parameters.ToDictionary(p => p.Name, p => p.Default, StringComparer.Ordinal);
        if (string.IsNullOrWhiteSpace(text))
        {
            return (new(values), null);
        }

        using var parsed = TryParse(text);
        if (parsed is not { RootElement.ValueKind: JsonValueKind.Object })
        {
            return (null, "is no JSON object; expected one of numbers by name");
        }

        foreach (var given in parsed.RootElement.EnumerateObject())
        {
            var parameter = parameters.FirstOrDefault(p => p.Name == given.Name);
            if (parameter is null)
            {
                var names = string.Join(", ", parameters.Select(p => p.Name).DefaultIfEmpty("none"));
                return (null, $"has '{given.Name}', which the strategy does not know; expected {names}");
            }

            if (!TryReadNumber(given.Value, out var value) || value < parameter.Min || value > parameter.Max)
            {
                return (null, FormattableString.Invariant(
                    $"has {given.Value.GetRawText()} for '{given.Name}'; expected a number from {parameter.Min} to {parameter.Max}"));
            }

            values[given.Name] = value;
        }

        return (new(values), null);
    }

    private static JsonDocument? TryParse(string text)
    {
        try
        {
            return text.Length <= MaxCharacters ? JsonDocument.Parse(text) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Reads a finite number, also one written as text: those of a strategy in the repository are.</summary>
    private static bool TryReadNumber(JsonElement element, out double value)
    {
        value = 0;
        return element.ValueKind switch
        {
            JsonValueKind.Number => element.TryGetDouble(out value),
            JsonValueKind.String => double.TryParse(element.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out value),
            _ => false,
        }
        && double.IsFinite(value);
    }
}
