// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore;
using Tributary.Core.Reports;

namespace Tributary.Storage.Relational.Entities;

[Index(nameof(ReportId), IsUnique = true)]
[Index(nameof(SessionId))]
internal abstract class ReportRow : SequencedRow
{
    public required string ReportId { get; set; }
    public string? ClientId { get; set; }

    /// <summary>A <see cref="ReportSender"/> as JSON.</summary>
    public string? Sender { get; set; }

    public required string SessionId { get; set; }
}
