// SPDX-License-Identifier: Apache-2.0

using System.ComponentModel.DataAnnotations.Schema;
using Microsoft.EntityFrameworkCore;

namespace Tributary.Storage.Relational.Entities;

/// <summary>A blob that has lost its last record and is removed after a grace period.</summary>
[Table("repository_unused")]
[PrimaryKey(nameof(Sha256))]
[Index(nameof(Since))]
internal sealed class OrphanedBlobRow
{
    public required string Sha256 { get; set; }
    public required DateTimeOffset Since { get; set; }
}
