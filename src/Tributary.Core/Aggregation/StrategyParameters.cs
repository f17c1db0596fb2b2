// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;

namespace Tributary.Core.Aggregation;

/// <summary>The values of a strategy's parameters in one session.</summary>
public sealed class StrategyParameters
{
    /// <summary>The maximum length of a text that is parsed, in UTF-16 code units.</summary>
    private const int MaxCharacters = 1 << 16;

    private readonly Dictionary<string, object> _values;

    private StrategyParameters(Dictionary<string, object> values) => _values = values;

    /// <summary>The values by name: <see cref="double"/>, <see cref="int"/>, <see cref="string"/> or <see cref="bool"/>.</summary>
    public IReadOnlyDictionary<string, object> All => _values;

    /// <summary>Returns the value of a <see cref="StrategyParameter.Number"/> that the strategy declares.</summary>
    public double Number(string name) => (double)_values[name];

    /// <summary>Returns the value of a <see cref="StrategyParameter.WholeNumber"/> that the strategy declares.</summary>
    public int WholeNumber(string name) => (int)_values[name];

    /// <summary>Returns the value of a <see cref="StrategyParameter.Choice"/> that the strategy declares.</summary>
    public string Choice(string name) => (string)_values[name];

    /// <summary>Returns the value of a <see cref="StrategyParameter.Flag"/> that the strategy declares.</summary>
    public bool Flag(string name) => (bool)_values[name];

    /// <summary>Reads the values that a session sets.</summary>
    /// <param name="text">A JSON object of values by name, or null.</param>
    /// <param name="parameters">The parameters that the strategy declares.</param>
    /// <returns>The values, or a description of what is wrong with the text.</returns>
    public static (StrategyParameters? Values, string? Problem) Read(string? text, IReadOnlyList<StrategyParameter> parameters)
    {
        var values = parameters.ToDictionary(p => p.Name, p => p.DefaultValue, StringComparer.Ordinal);
        if (string.IsNullOrWhiteSpace(text))
        {
            return (new(values), null);
        }

        try
        {
            return ReadObject(text, values, parameters);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, which JSON can escape and no text can hold.
            return (null, "has a text that is not valid Unicode; expected whole characters");
        }
    }

    private static (StrategyParameters? Values, string? Problem) ReadObject(
        string text, Dictionary<string, object> values, IReadOnlyList<StrategyParameter> parameters)
    {
        using var parsed = TryParse(text);
        if (parsed is not { RootElement.ValueKind: JsonValueKind.Object })
        {
            return (null, "is not a JSON object; expected one with values by name");
        }

        foreach (var given in parsed.RootElement.EnumerateObject())
        {
            var parameter = parameters.FirstOrDefault(p => p.Name == given.Name);
            if (parameter is null)
            {
                var names = string.Join(", ", parameters.Select(p => p.Name).DefaultIfEmpty("none"));
                return (null, $"has '{FreeText.Excerpt(given.Name, 100)}', which the strategy does not know; expected {names}");
            }

            if (parameter.Read(given.Value) is not { } value)
            {
                return (null, $"has {FreeText.Excerpt(given.Value.GetRawText(), 100)} for '{given.Name}'; expected {parameter.Expected}");
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
}
