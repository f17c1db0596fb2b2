// SPDX-License-Identifier: Apache-2.0

using System.ComponentModel.DataAnnotations.Schema;
using Microsoft.EntityFrameworkCore;

namespace Tributary.Storage.Relational.Entities;

/// <summary>An upload whose bytes are in the spool.</summary>
[Table("uploads")]
[PrimaryKey(nameof(UploadId))]
internal sealed class UploadRow
{
    public required string UploadId { get; set; }
    public string? Owner { get; set; }
    public required long Length { get; set; }
    public required string Sha256 { get; set; }
    public required DateTimeOffset At { get; set; }
}
