// SPDX-License-Identifier: Apache-2.0

using System.ComponentModel.DataAnnotations;
using System.ComponentModel.DataAnnotations.Schema;
using Microsoft.EntityFrameworkCore;
using Tributary.Core.Combiners;
using Tributary.Core.Rounds;

namespace Tributary.Storage.Relational.Entities;

/// <summary>A round; its number is its own, so that it survives the removal of rows.</summary>
[Table("rounds")]
[Index(nameof(RunId), nameof(Index), IsUnique = true)]
[Index(nameof(SessionId))]
internal sealed class RoundRow
{
    [Key]
    [DatabaseGenerated(DatabaseGeneratedOption.None)]
    public required long Number { get; set; }

    public required DateTimeOffset At { get; set; }

    public string? RunId { get; set; }

    public required int Index { get; set; }

    public required string SessionId { get; set; }

    public required RoundStatus Status { get; set; }

    /// <summary>A <see cref="RoundPlan"/> as JSON.</summary>
    public required string Plan { get; set; }

    public required string Output { get; set; }

    public DateTimeOffset? ClosedAt { get; set; }

    /// <summary>A list of <see cref="CombinerReport"/> as JSON.</summary>
    public required string Combiners { get; set; }

    /// <summary>A <see cref="RoundTimes"/> as JSON.</summary>
    public string? Times { get; set; }

    public string? Error { get; set; }
}
