// SPDX-License-Identifier: Apache-2.0

using System.ComponentModel.DataAnnotations.Schema;
using Microsoft.EntityFrameworkCore;

namespace Tributary.Storage.Relational.Entities;

/// <summary>The clients that a combiner has selected for a phase of a round.</summary>
[Table("selections")]
[PrimaryKey(nameof(Round), nameof(Phase), nameof(Combiner))]
internal sealed class RoundSelectionRow
{
    public required long Round { get; set; }
    public required int Phase { get; set; }
    public required string Combiner { get; set; }

    /// <summary>Client ids as a JSON array.</summary>
    public required string Clients { get; set; }

    public required DateTimeOffset Deadline { get; set; }
}
