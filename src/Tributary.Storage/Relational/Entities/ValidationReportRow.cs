// SPDX-License-Identifier: Apache-2.0

using System.ComponentModel.DataAnnotations.Schema;
using Microsoft.EntityFrameworkCore;
using Tributary.Core.Reports;

namespace Tributary.Storage.Relational.Entities;

[Table("validations")]
[Index(nameof(Model))]
internal sealed class ValidationReportRow : ReportRow
{
    public required string Model { get; set; }
    public required string Data { get; set; }
    public required string CorrelationId { get; set; }
    public required string Meta { get; set; }

    /// <summary>A <see cref="ReportSender"/> as JSON.</summary>
    public string? Receiver { get; set; }
}
