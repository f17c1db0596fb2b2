// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Client.Rest;

/// <summary>The description of a model in a repository.</summary>
internal sealed class AddModelMetaRequest
{
    public string? Library { get; init; }

    public string? Description { get; init; }
}
