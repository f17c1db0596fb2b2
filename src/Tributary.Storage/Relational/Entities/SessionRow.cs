// SPDX-License-Identifier: Apache-2.0

using System.ComponentModel.DataAnnotations.Schema;
using Microsoft.EntityFrameworkCore;
using Tributary.Core.Sessions;

namespace Tributary.Storage.Relational.Entities;

[Table("sessions")]
[Index(nameof(SessionId), IsUnique = true)]
internal sealed class SessionRow : SequencedRow
{
    public required string SessionId { get; set; }
    public required string Name { get; set; }
    public required SessionStatus Status { get; set; }
    public string? SeedModel { get; set; }

    /// <summary>A <see cref="SessionConfig"/> as JSON.</summary>
    public required string Config { get; set; }

    public required DateTimeOffset UpdatedAt { get; set; }
}
