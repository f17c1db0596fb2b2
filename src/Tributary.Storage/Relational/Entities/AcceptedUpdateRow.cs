// SPDX-License-Identifier: Apache-2.0

using System.ComponentModel.DataAnnotations.Schema;
using Microsoft.EntityFrameworkCore;

namespace Tributary.Storage.Relational.Entities;

/// <summary>A line of the ledger: an accepted update.</summary>
[Table("updates")]
[PrimaryKey(nameof(Scope), nameof(ClientId))]
[Index(nameof(UploadId), IsUnique = true)]
[Index(nameof(TrainedIn), nameof(ClientId), IsUnique = true)]
internal sealed class AcceptedUpdateRow
{
    public required string Scope { get; set; }
    public required string ClientId { get; set; }
    public required string UploadId { get; set; }
    public required double Weight { get; set; }
    public double? Loss { get; set; }
    public required long Bytes { get; set; }
    public required DateTimeOffset At { get; set; }
    public string? Origin { get; set; }
    public required int Staleness { get; set; }

    /// <summary>The scope that the client trained for; null for a late update of an older folder, where it is not known.</summary>
    public string? TrainedIn { get; set; }
}
