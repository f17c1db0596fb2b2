// SPDX-License-Identifier: Apache-2.0

using System.ComponentModel.DataAnnotations.Schema;

namespace Tributary.Storage.Relational.Entities;

[Table("statuses")]
internal sealed class StatusReportRow : ReportRow
{
    public required string Status { get; set; }
    public required string LogLevel { get; set; }
    public required string Type { get; set; }
    public required string Data { get; set; }
    public required string Extra { get; set; }
    public required string CorrelationId { get; set; }
}
