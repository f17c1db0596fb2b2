// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Repository;

/// <summary>Says which files of the repository may be used: sent to callers, or trained from.</summary>
public interface IFileAccessPolicy
{
    /// <summary>Why a file may not be used; null when it may.</summary>
    /// <param name="kind">The kind of the document that it is used as the file of.</param>
    /// <param name="content">The file; afterwards its stream stands at its begin.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    ValueTask<string?> FindObjectionAsync(RepositoryKind kind, RepositoryContent content, CancellationToken cancellationToken);
}
