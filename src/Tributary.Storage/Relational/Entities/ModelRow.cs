// SPDX-License-Identifier: Apache-2.0

using System.ComponentModel.DataAnnotations.Schema;
using Microsoft.EntityFrameworkCore;
using Tributary.Core.Models;

namespace Tributary.Storage.Relational.Entities;

/// <summary>A model of the trail.</summary>
[Table("models")]
[Index(nameof(ModelId), IsUnique = true)]
[Index(nameof(SessionId))]
internal sealed class ModelRow : SequencedRow
{
    public required string ModelId { get; set; }
    public required string Name { get; set; }
    public string? Parent { get; set; }
    public string? SessionId { get; set; }
    public long? Round { get; set; }
    public required string Format { get; set; }
    public required long Length { get; set; }
    public required string Sha256 { get; set; }

    /// <summary>A <see cref="ModelState"/> as JSON.</summary>
    public string? State { get; set; }
}
