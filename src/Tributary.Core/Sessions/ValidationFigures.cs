// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;
using Tributary.Core.Reports;
using Tributary.Core.Updates;

namespace Tributary.Core.Sessions;

/// <summary>What the validations of one model say together.</summary>
internal static class ValidationFigures
{
    private const int MaxFigures = 64;

    /// <summary>What known clients call the figures that readers look for.</summary>
    private static readonly (string Name, string[] Spellings)[] Known =
    [
        ("accuracy", ["accuracy", "test_accuracy", "validation_accuracy", "val_accuracy"]),
        ("final_loss", ["final_loss", "loss", "test_loss", "validation_loss", "val_loss"]),
    ];

    /// <summary>The mean of each figure over the clients that report it, the newest report of each client counting alone.</summary>
    public static IReadOnlyDictionary<string, double> Average(IReadOnlyList<ValidationReport> validations)
    {
        var sums = new SortedDictionary<string, (double Sum, int Count)>(StringComparer.Ordinal);
        foreach (var validation in validations.GroupBy(v => v.Sender?.Identity ?? "").Select(reports => reports.MaxBy(r => r.At)!))
        {
            using var data = PythonJson.TryParse(validation.Data);
            if (data?.RootElement.ValueKind != JsonValueKind.Object)
            {
                continue;
            }

            foreach (var figure in data.RootElement.EnumerateObject())
            {
                if (figure.Value.ValueKind == JsonValueKind.Number && figure.Value.TryGetDouble(out var value) && double.IsFinite(value)
                    && (sums.Count < MaxFigures || sums.ContainsKey(figure.Name)))
                {
                    var (sum, count) = sums.GetValueOrDefault(figure.Name);
                    sums[figure.Name] = (sum + value, count + 1);
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
