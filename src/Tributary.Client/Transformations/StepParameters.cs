// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;

namespace Tributary.Client.Transformations;

/// <summary>The parameters of one step, read by name; every given parameter must be read.</summary>
internal sealed class StepParameters(string step, IReadOnlyDictionary<string, JsonElement> given)
{
    private const int MaxNumbers = 1 << 20;

    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    public int Integer(string name, int otherwise, int min, int max)
    {
        if (Find(name) is not { } value)
        {
            return otherwise;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min && number <= max
            ? number
            : throw Wrong(name, value, $"a whole number from {min} to {max}");
    }

    public double Number(string name, double otherwise)
    {
        if (Find(name) is not { } value)
        {
            return otherwise;
        }

        return IsNumber(value) ? value.GetDouble() : throw Wrong(name, value, "a number");
    }

    public double[] Numbers(string name, double[] otherwise)
    {
        if (Find(name) is not { } value)
        {
            return otherwise;
        }

        return value.ValueKind == JsonValueKind.Array && value.GetArrayLength() is > 0 and <= MaxNumbers && value.EnumerateArray().All(IsNumber)
            ? [.. value.EnumerateArray().Select(v => v.GetDouble())]
            : throw Wrong(name, value, $"a list of 1 to {MaxNumbers} numbers");
    }

    public int[] Axes(string name, int[] otherwise)
    {
        if (Find(name) is not { } value)
        {
            return otherwise;
        }

        int[] axes = value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= NumberArray.MaxAxes
            ? [.. value.EnumerateArray().Select(v => v.ValueKind == JsonValueKind.Number && v.TryGetInt32(out var axis) ? axis : -1)]
            : [];
        return axes.Length > 0 && axes.Order().SequenceEqual(Enumerable.Range(0, axes.Length))
            ? axes
            : throw Wrong(name, value, "a list with each axis once, from 0");
    }

    /// <exception cref="TransformationException">A parameter is given that was not read.</exception>
    public void RequireAllRead()
    {
        if (given.Keys.FirstOrDefault(name => !_read.Contains(name)) is { } unknown)
        {
            throw new TransformationException($"Transformation '{step}' has no parameter '{unknown}'; expected {string.Join(", ", _read.DefaultIfEmpty("none"))}.");
        }
    }

    private static bool IsNumber(JsonElement value) => value.ValueKind == JsonValueKind.Number && double.IsFinite(value.GetDouble());

    /// <summary>Returns a parameter; null when it is not given, or given as null.</summary>
    private JsonElement? Find(string name)
    {
        _read.Add(name);
        return given.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    private TransformationException Wrong(string name, JsonElement value, string expected)
    {
        var text = value.GetRawText();
        return new($"Parameter '{name}' of transformation '{step}' is {(text.Length > 100 ? text[..100] + "…" : text)}; expected {expected}.");
    }
}
