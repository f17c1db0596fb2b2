// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>The job that was assigned to a combiner.</summary>
public sealed record CombinerJobDocument
{
    [JsonPropertyName("_job_id")]
    public string? JobId { get; init; }
}
