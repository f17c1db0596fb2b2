// SPDX-License-Identifier: Apache-2.0

using System.ComponentModel.DataAnnotations.Schema;
using Microsoft.EntityFrameworkCore;

namespace Tributary.Storage.Relational.Entities;

[Table("settings")]
[PrimaryKey(nameof(Key))]
internal sealed class SettingRow
{
    public required string Key { get; set; }
    public required string Value { get; set; }
}
