// SPDX-License-Identifier: Apache-2.0

using System.ComponentModel.DataAnnotations.Schema;
using Microsoft.EntityFrameworkCore;
using Tributary.Core.Reports;

namespace Tributary.Storage.Relational.Entities;

/// <summary>A reported metric, attribute or telemetry value.</summary>
[Table("reported_values")]
[Index(nameof(Kind), nameof(ClientId), nameof(Key))]
internal sealed class ReportedValueRow : ReportRow
{
    public required ValueKind Kind { get; set; }
    public required string Key { get; set; }
    public double? Number { get; set; }
    public string? Text { get; set; }
    public long? Step { get; set; }
    public required string Model { get; set; }
    public required string Round { get; set; }
}
