// SPDX-License-Identifier: Apache-2.0

using System.ComponentModel.DataAnnotations.Schema;
using Microsoft.EntityFrameworkCore;
using Tributary.Core.Repository;

namespace Tributary.Storage.Relational.Entities;

[Table("repository_tags")]
[PrimaryKey(nameof(Kind), nameof(Tag), nameof(Document))]
[Index(nameof(Document))]
internal sealed class RepositoryTagRow
{
    public required RepositoryKind Kind { get; set; }
    public required string Tag { get; set; }

    /// <summary>The sequence number of the document.</summary>
    public long Document { get; set; }
}
