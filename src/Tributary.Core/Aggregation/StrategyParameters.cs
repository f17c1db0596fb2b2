// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Text.Json;

namespace Tributary.Core.Aggregation;

/// <summary>A numeric parameter of a strategy that a session may set.</summary>
/// <param name="Name">The name of the parameter: the one that the known frameworks use, where they have one.</param>
/// <param name="Default">The value when the session sets none.</param>
/// <param name="Min">The smallest allowed value.</param>
/// <param name="Max">The largest allowed value.</param>
public sealed record StrategyParameter(string Name, double Default, double Min, double Max);

/// <summary>The values of a strategy's parameters in one session.</summary>
public sealed class StrategyParameters
{
    /// <summary>The maximum length of a text that is parsed, in UTF-16 code units.</summary>
    private const int MaxCharacters = 1 << 16;

    private readonly Dictionary<string, double> _values;

    private StrategyParameters(Dictionary<string, double> values) => _values = values;

    /// <summary>The value of a parameter that the strategy declares.</summary>
    public double this[string name] => _values[name];

    /// <summary>Reads the values that a session sets.</summary>
    /// <param name="text">A JSON object of numbers by name, or null.</param>
    /// <param name="parameters">The parameters that the strategy declares.</param>
    /// <returns>The values, or a description of what is wrong with the text.</returns>
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

    /// <summary>Reads a finite number, also one written as text, as strategies of the repository have them.</summary>
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
