// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Protocol.Rest;

/// <summary>The outcome of a model upload.</summary>
public sealed record UploadModelResponse
{
    /// <summary>A sentence for human readers.</summary>
    public string? Message { get; init; }

    /// <summary>The id that the server assigned to the model.</summary>
    public string? ModelId { get; init; }

    public bool Success { get; init; }
}
