// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tributary.Core;
using Tributary.Core.Identity;
using Tributary.Hosting.Refusals;

namespace Tributary.Hosting.Authentication;

/// <summary>The streams of gRPC that are open. Those whose credentials have expired or were revoked end at the next check.</summary>
internal sealed partial class OpenCalls(AuthenticationRequirement requirement, ITokenStore tokens, TimeProvider time, ILogger<OpenCalls> logger)
    : BackgroundService
{
    /// <summary>The time between checks. A call may begin with a token that <see cref="ApiTokens"/> still trusts: both times make up five seconds.</summary>
    public static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(5) - ApiTokens.RememberedFor;

    private readonly ConcurrentDictionary<OpenCall, PrincipalIdentity> _calls = new();
    private readonly PeriodicTimer _timer = new(CheckInterval, time);
    private HashSet<string> _revoked = [];

    /// <summary>Watches the credentials of a call while it is handled.</summary>
    public async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        using var call = new OpenCall();
        context.Features.Set(call);
        _calls[call] = (PrincipalIdentity)context.User.Identity!;
        try
        {
            await next(context);
        }
        finally
        {
            _calls.TryRemove(call, out _);
        }
    }

    public override void Dispose()
    {
        _timer.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await _timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await ReadTokensAsync(stoppingToken);
            }
            catch (StorageException error)
            {
                LogFailed(error);
            }

            foreach (var (call, identity) in _calls)
            {
                if (FindEnd(identity) is { } reason)
                {
                    call.End(reason);
                }
            }
        }
    }

    private async Task ReadTokensAsync(CancellationToken cancellationToken)
    {
        await requirement.RefreshAsync(cancellationToken);
        if (_calls.Values.Any(identity => identity.TokenSha256 is not null))
        {
            _revoked = [.. (await tokens.ListAsync(cancellationToken)).Where(token => token.RevokedAt is not null).Select(token => token.Sha256)];
        }
    }

    private RefusalReason? FindEnd(PrincipalIdentity identity) =>
        identity.ExpiresAt <= time.GetUtcNow() ? RefusalReason.ExpiredToken
        : identity.TokenSha256 is { } digest && _revoked.Contains(digest) ? RefusalReason.InvalidToken
        : requirement.IsRequired && identity.Principal.IsAnonymous ? RefusalReason.MissingToken
        : null;

    [LoggerMessage(Level = LogLevel.Error, Message = "The tokens could not be read: revocations do not end open calls until they can")]
    private partial void LogFailed(Exception error);
}

/// <summary>A call that ends with its credentials.</summary>
internal sealed class OpenCall : IDisposable
{
    private readonly CancellationTokenSource _ended = new();

    /// <summary>Cancelled when the credentials count no more.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>The reason for the end; null before.</summary>
    public RefusalReason? Reason { get; private set; }

    public void End(RefusalReason reason)
    {
        Reason = reason;
        try
        {
            _ended.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The call is over already.
        }
    }

    public void Dispose() => _ended.Dispose();
}
