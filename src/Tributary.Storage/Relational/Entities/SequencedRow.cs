// SPDX-License-Identifier: Apache-2.0

using System.ComponentModel.DataAnnotations;

namespace Tributary.Storage.Relational.Entities;

/// <summary>A row that is numbered in the order of insertion, which is the order of lists.</summary>
internal abstract class SequencedRow
{
    [Key]
    public long Sequence { get; set; }

    public required DateTimeOffset At { get; set; }
}
