// SPDX-License-Identifier: Apache-2.0

using System.ComponentModel.DataAnnotations.Schema;
using Microsoft.EntityFrameworkCore;

namespace Tributary.Storage.Relational.Entities;

/// <summary>The newest epoch of a key. The row <c>controller</c> of older versions, which had one epoch for all rounds, is not used.</summary>
[Table("leaders")]
[PrimaryKey(nameof(Name))]
internal sealed class LeaderRow
{
    public required string Name { get; set; }
    public required long Epoch { get; set; }
}
