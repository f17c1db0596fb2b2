// SPDX-License-Identifier: Apache-2.0

using Tributary.Core;
using Tributary.Core.Reports;
using Tributary.Protocol.PythonJson;

namespace Tributary.Repository.Integration;

/// <summary>The combined figures of a model's validations.</summary>
internal static class ValidationFigures
{
    private const int MaxFigures = 64;

    /// <summary>The spellings that known clients use for the figures that readers look for.</summary>
    private static readonly (string Name, string[] Spellings)[] Known =
    [
        ("accuracy", ["accuracy", "test_accuracy", "validation_accuracy", "val_accuracy"]),
        ("final_loss", ["final_loss", "loss", "test_loss", "validation_loss", "val_loss"]),
    ];

    /// <summary>Returns the mean of each figure over the clients that report it, counting only the newest report of each client.</summary>
    /// <param name="validations">The reports, of which the first counts among those of the same time.</param>
    public static async Task<IReadOnlyDictionary<string, double>> AverageAsync(IAsyncEnumerable<ValidationReport> validations)
    {
        var newest = new Dictionary<string, ValidationReport>(StringComparer.Ordinal);
        await foreach (var validation in validations)
        {
            var client = validation.Sender?.Identity ?? "";
            if (!newest.TryGetValue(client, out var other) || validation.At > other.At)
            {
                newest[client] = validation;
            }
        }

        var sums = new SortedDictionary<string, (double Sum, int Count)>(StringComparer.Ordinal);
        foreach (var validation in newest.Values)
        {
            foreach (var (reported, figure) in PythonJsonReader.TryReadObject(validation.Data)?.Entries ?? [])
            {
                var name = FreeText.Clean(reported);
                if (name.Length <= FreeText.MaxNameCharacters && figure is not PythonJsonValue.String && PythonNumber.TryRead(figure, out var value)
                    && (sums.Count < MaxFigures || sums.ContainsKey(name)))
                {
                    var (sum, count) = sums.GetValueOrDefault(name);
                    sums[name] = (sum + value, count + 1);
                }
            }
        }

        var figures = sums.ToDictionary(s => s.Key, s => s.Value.Sum / s.Value.Count, StringComparer.Ordinal);
        foreach (var (name, spellings) in Known)
        {
            if (spellings.FirstOrDefault(figures.ContainsKey) is { } spelling)
            {
                figures.TryAdd(name, figures[spelling]);
            }
        }

        return figures;
    }
}
