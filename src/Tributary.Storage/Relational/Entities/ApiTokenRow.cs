// SPDX-License-Identifier: Apache-2.0

using System.ComponentModel.DataAnnotations.Schema;
using Microsoft.EntityFrameworkCore;
using Tributary.Core.Identity;

namespace Tributary.Storage.Relational.Entities;

/// <summary>A token for callers; <see cref="SequencedRow.At"/> is the time of its creation.</summary>
[Table("api_tokens")]
[Index(nameof(Name), IsUnique = true)]
[Index(nameof(Sha256), IsUnique = true)]
internal sealed class ApiTokenRow : SequencedRow
{
    public required string Name { get; set; }

    public required string Sha256 { get; set; }

    public required Roles Roles { get; set; }

    public string? ClientId { get; set; }

    public required string Grants { get; set; }

    public long? MaxBytes { get; set; }

    public long? MaxFiles { get; set; }

    public DateTimeOffset? ExpiresAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }
}
