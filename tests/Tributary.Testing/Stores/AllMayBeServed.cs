// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Repository;

namespace Tributary.Testing.Stores;

/// <summary>Objects to no file.</summary>
public sealed class AllMayBeServed : IFileAccessPolicy
{
    public ValueTask<string?> FindObjectionAsync(RepositoryKind kind, RepositoryContent content, CancellationToken cancellationToken) => new((string?)null);
}
