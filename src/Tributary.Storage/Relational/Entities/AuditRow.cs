// SPDX-License-Identifier: Apache-2.0

using System.ComponentModel.DataAnnotations.Schema;
using Microsoft.EntityFrameworkCore;

namespace Tributary.Storage.Relational.Entities;

[Table("repository_audit")]
[PrimaryKey(nameof(Sequence))]
internal sealed class AuditRow
{
    public long Sequence { get; set; }
    public required DateTimeOffset At { get; set; }
    public required string Who { get; set; }
    public required string Action { get; set; }
    public required string Subject { get; set; }
}
