// SPDX-License-Identifier: Apache-2.0

using System.ComponentModel.DataAnnotations.Schema;
using Microsoft.EntityFrameworkCore;
using Tributary.Core.Repository;

namespace Tributary.Storage.Relational.Entities;

[Table("repository_documents")]
[PrimaryKey(nameof(Sequence))]
[Index(nameof(Kind), nameof(Key), IsUnique = true)]
[Index(nameof(Kind), nameof(Model))]
[Index(nameof(Kind), nameof(Sequence))]
[Index(nameof(FileId))]
[Index(nameof(Kind), nameof(Stage))]
internal sealed class RepositoryDocumentRow
{
    public long Sequence { get; set; }
    public required RepositoryKind Kind { get; set; }
    public required string Key { get; set; }
    public string? Model { get; set; }
    public required string Document { get; set; }
    public string? FileId { get; set; }
    public string? Stage { get; set; }

    [ForeignKey(nameof(RepositoryTagRow.Document))]
    public List<RepositoryTagRow> Tags { get; init; } = [];
}
