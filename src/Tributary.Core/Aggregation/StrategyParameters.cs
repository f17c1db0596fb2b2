// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;
using Tributary.Core.Updates;

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

        using var parsed = PythonJson.TryParse(text);
        if (parsed is null || parsed.RootElement.ValueKind != JsonValueKind.Object)
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

            if (!PythonJson.TryReadNumber(given.Value, out var value) || value < parameter.Min || value > parameter.Max)
            {
                return (null, FormattableString.Invariant(
                    $"has {given.Value.GetRawText()} for '{given.Name}'; expected a number from {parameter.Min} to {parameter.Max}"));
            }

            values[given.Name] = value;
        }

        return (new(values), null);
    }
}
