// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Client.Rest;

/// <summary>A model to add to a repository.</summary>
internal sealed class AddModelRequest
{
    public required string ModelName { get; init; }

    public required string ModelVersion { get; init; }

    public required AddModelMetaRequest Meta { get; init; }
}
