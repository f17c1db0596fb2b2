// SPDX-License-Identifier: Apache-2.0

using System.ComponentModel.DataAnnotations.Schema;
using Microsoft.EntityFrameworkCore;

namespace Tributary.Storage.Relational.Entities;

[Table("runs")]
[Index(nameof(RunId), IsUnique = true)]
[Index(nameof(SessionId))]
internal sealed class RunRow : SequencedRow
{
    public required string RunId { get; set; }
    public required string SessionId { get; set; }
    public required string Model { get; set; }
    public required int Rounds { get; set; }
    public required double RoundTimeout { get; set; }
    public string? ModelNamePrefix { get; set; }

    /// <summary>Client ids as a JSON array.</summary>
    public required string Clients { get; set; }

    public DateTimeOffset? CompletedAt { get; set; }
    public string? CompletedModel { get; set; }
}
