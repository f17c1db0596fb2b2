// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tributary.Core.Identity;

namespace Tributary.Hosting.Authentication;

/// <summary>The decision which calls need credentials.</summary>
/// <remarks>
/// A token in the data folder requires them, also after it was revoked: revoking the last token must not open the server. Without tokens and
/// settings every caller may do everything, which is why the server then listens on loopback only. A first token counts within five seconds.
/// </remarks>
internal sealed partial class AuthenticationRequirement(
    IOptions<AuthenticationOptions> options, ITokenStore tokens, ILogger<AuthenticationRequirement> logger) : IHostedService
{
    private volatile bool _isRequired = true;

    /// <summary>True when every call needs credentials.</summary>
    public bool IsRequired => _isRequired;

    /// <summary>True when every call of the repository needs credentials.</summary>
    public bool IsRequiredByRepository => _isRequired || options.Value.RepositoryTokens.Count > 0;

    /// <summary>Looks for a first token, where the calls need no credentials so far.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        if (!_isRequired)
        {
            await DecideAsync(cancellationToken);
        }
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await DecideAsync(cancellationToken);
        if (options.Value.RepositoryTokens.Count > 0)
        {
            LogOldSetting(logger);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task DecideAsync(CancellationToken cancellationToken)
    {
        _isRequired = options.Value.IsConfigured || (await tokens.ListAsync(cancellationToken)).Count > 0;
        if (_isRequired)
        {
            LogRequired(logger);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Every call needs credentials, except those for health and documentation")]
    private static partial void LogRequired(ILogger logger);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Repository:Access:Tokens is an old setting and counts for the repository alone: move the tokens to Authentication:Tokens, with Collections in place of Roles")]
    private static partial void LogOldSetting(ILogger logger);
}
