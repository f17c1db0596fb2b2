// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Identity;

/// <summary>The store of tokens. Changes are durable on return, and another process on the same store sees them.</summary>
public interface ITokenStore
{
    /// <summary>Adds a token; returns false, and adds nothing, when its name or its digest is taken, also by a revoked token.</summary>
    ValueTask<bool> AddAsync(ApiToken token, CancellationToken cancellationToken);

    /// <summary>Returns all tokens, expired and revoked ones too, in the order of their creation.</summary>
    ValueTask<IReadOnlyList<ApiToken>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Revokes a token; returns false when none of the name exists. A token that is revoked already keeps its time.</summary>
    ValueTask<bool> RevokeAsync(string name, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Returns the token with a digest, also an expired or revoked one; null when none has it.</summary>
    ValueTask<ApiToken?> FindAsync(string sha256, CancellationToken cancellationToken);
}
