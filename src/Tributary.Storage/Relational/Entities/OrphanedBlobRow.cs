// SPDX-License-Identifier: Apache-2.0

using System.ComponentModel.DataAnnotations.Schema;
using Microsoft.EntityFrameworkCore;

namespace Tributary.Storage.Relational.Entities;

/// <summary>A blob that has lost its last record; it is removed after a time of grace.</summary>
[Table("repository_unused")]
[PrimaryKey(nameof(Sha256))]
[Index(nameof(Since))]
internal sealed class OrphanedBlobRow
{
    public required string Sha256 { get; set; }

    public required DateTimeOffset Since { get; set; }
}
