// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Tributary.Hosting.Authentication;

namespace Tributary.Repository.Access;

/// <summary>The tokens of the repository's own settings, handed on to the authentication of all roles.</summary>
internal sealed class RepositoryTokens(IConfiguration configuration) : IConfigureOptions<AuthenticationOptions>
{
    public void Configure(AuthenticationOptions options)
    {
        // Read, not validated: what is wrong with them is reported once, as faults of the repository's settings.
        foreach (var token in configuration.GetSection(AccessOptions.SectionName).Get<AccessOptions>()?.Tokens ?? [])
        {
            options.AddRepositoryToken(token.ToToken());
        }
    }
}
