// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>The combiner that a client was assigned.</summary>
public sealed record AddClientResponse
{
    /// <summary>The id that the client goes by.</summary>
    [JsonPropertyName("client_id")]
    public string? ClientId { get; init; }

    /// <summary>The name of the host when it is reached over TLS on port 443; null or empty otherwise.</summary>
    [JsonPropertyName("fqdn")]
    public string? Fqdn { get; init; }

    /// <summary>The helper that says the byte format of models; may be empty.</summary>
    [JsonPropertyName("helper_type")]
    public string? HelperType { get; init; }

    /// <summary>The host of the combiner.</summary>
    [JsonPropertyName("host")]
    public string? Host { get; init; }

    /// <summary>The host once more, for older clients.</summary>
    [JsonPropertyName("ip")]
    public string? Ip { get; init; }

    /// <summary>The reason for having assigned none yet; null otherwise.</summary>
    [JsonPropertyName("message")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Message { get; init; }

    /// <summary>Where the compute package comes from.</summary>
    [JsonPropertyName("package")]
    public string? Package { get; init; }

    /// <summary>The port of the combiner.</summary>
    [JsonPropertyName("port")]
    public int Port { get; init; }

    /// <summary><c>assigned</c>.</summary>
    [JsonPropertyName("status")]
    public string? Status { get; init; }
}
