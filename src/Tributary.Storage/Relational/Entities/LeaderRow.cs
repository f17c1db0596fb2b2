// SPDX-License-Identifier: Apache-2.0

using System.ComponentModel.DataAnnotations.Schema;
using Microsoft.EntityFrameworkCore;

namespace Tributary.Storage.Relational.Entities;

/// <summary>The newest epoch of a leader.</summary>
[Table("leaders")]
[PrimaryKey(nameof(Name))]
internal sealed class LeaderRow
{
    public required string Name { get; set; }
    public required long Epoch { get; set; }
}
