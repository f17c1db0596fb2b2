// SPDX-License-Identifier: Apache-2.0

using System.ComponentModel.DataAnnotations.Schema;
using Microsoft.EntityFrameworkCore;
using Tributary.Core.Clients;

namespace Tributary.Storage.Relational.Entities;

[Table("clients")]
[Index(nameof(ClientId), IsUnique = true)]
internal sealed class ClientRow : SequencedRow
{
    public required string ClientId { get; set; }
    public required string Name { get; set; }
    public string? Combiner { get; set; }
    public string? PreferredCombiner { get; set; }
    public string? Address { get; set; }
    public required ClientStatus Status { get; set; }
    public string? Package { get; set; }
}
