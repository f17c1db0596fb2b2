// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Protocol.Rest;

/// <summary>The combiner that a client was assigned to.</summary>
public sealed record AddClientResponse
{
    /// <summary>The certificate that the client should trust, PEM in base64; absent when it needs none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Certificate { get; init; }

    public string? ClientId { get; init; }

    /// <summary>The host name when the combiner is reached over TLS on port 443; null or empty otherwise.</summary>
    public string? Fqdn { get; init; }

    /// <summary>The helper, which determines the byte format of models; may be empty.</summary>
    public string? HelperType { get; init; }

    public string? Host { get; init; }

    /// <summary>The host of the combiner again, for older clients.</summary>
    public string? Ip { get; init; }

    /// <summary>The reason why no combiner has been assigned yet; null otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Message { get; init; }

    /// <summary>The origin of the compute package.</summary>
    public string? Package { get; init; }

    public int Port { get; init; }

    /// <summary>The outcome: <c>assigned</c>.</summary>
    public string? Status { get; init; }
}
