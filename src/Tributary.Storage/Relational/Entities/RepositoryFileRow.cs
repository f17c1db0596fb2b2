// SPDX-License-Identifier: Apache-2.0

using System.ComponentModel.DataAnnotations.Schema;
using Microsoft.EntityFrameworkCore;

namespace Tributary.Storage.Relational.Entities;

/// <summary>The record of an uploaded file.</summary>
[Table("repository_files")]
[PrimaryKey(nameof(Sequence))]
[Index(nameof(FileId), IsUnique = true)]
[Index(nameof(Name))]
[Index(nameof(Spelling))]
[Index(nameof(Sha256))]
[Index(nameof(Owner))]
internal sealed class RepositoryFileRow
{
    public long Sequence { get; set; }
    public required DateTimeOffset At { get; set; }
    public required string FileId { get; set; }
    public required string Name { get; set; }

    /// <summary>The name with underscores in place of its slashes.</summary>
    public required string Spelling { get; set; }

    public string? TrainingId { get; set; }
    public required long Length { get; set; }
    public required string Sha256 { get; set; }
    public string? Owner { get; set; }
    public string? Scan { get; set; }
    public string? Signature { get; set; }
}
