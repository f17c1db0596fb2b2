// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tributary.Core;

namespace Tributary.Hosting.Health;

/// <summary>A check at a bounded cost: at most one run at a time, whose result counts for a second, and an answer within a limit of time.</summary>
internal sealed partial class BoundedCheck(string name, Func<IHealthCheck> create, TimeProvider time, ILogger logger) : IHealthCheck
{
    public static readonly TimeSpan Validity = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Lazy<IHealthCheck> _inner = new(create);
    private Task<HealthCheckResult>? _run;
    private long _began;
    private bool _isFailing;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await GetRunAsync(context).WaitAsync(Limit, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return Note(HealthCheckResult.Unhealthy(FormattableString.Invariant($"no answer within {Limit.TotalSeconds} s")));
        }
    }

    private Task<HealthCheckResult> GetRunAsync(HealthCheckContext context)
    {
        lock (_lock)
        {
            if (_run is null || (_run.IsCompleted && time.GetElapsedTime(_began) >= Validity))
            {
                _began = time.GetTimestamp();

                // On the pool: a disk that hangs holds the thread that asks it, which must not be that of a caller.
                _run = Task.Run(() => RunAsync(context), CancellationToken.None);
            }

            return _run;
        }
    }

    private async Task<HealthCheckResult> RunAsync(HealthCheckContext context)
    {
        try
        {
            return Note(await _inner.Value.CheckHealthAsync(context, CancellationToken.None));
        }
        catch (Exception error)
        {
            return Note(HealthCheckResult.Unhealthy(ExceptionText.Describe(error), error));
        }
    }

    /// <summary>Logs the result where it differs from the one before.</summary>
    private HealthCheckResult Note(HealthCheckResult result)
    {
        var isFailing = result.Status == HealthStatus.Unhealthy;
        if (Interlocked.Exchange(ref _isFailing, isFailing) != isFailing)
        {
            if (isFailing)
            {
                LogFailed(result.Exception, name, result.Description);
            }
            else
            {
                LogRecovered(name);
            }
        }

        return result;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The server is not ready: the check '{Check}' fails: {Reason}")]
    private partial void LogFailed(Exception? error, string check, string? reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The check '{Check}' of the server's readiness succeeds again")]
    private partial void LogRecovered(string check);
}

/// <summary>The configuration that bounds every registered check except <see cref="RunningCheck"/>, which only reads a flag.</summary>
internal sealed class BoundedChecks(IServiceProvider services, TimeProvider time, ILogger<BoundedCheck> logger) : IPostConfigureOptions<HealthCheckServiceOptions>
{
    public void PostConfigure(string? name, HealthCheckServiceOptions options)
    {
        foreach (var registration in options.Registrations.Where(registration => registration.Name != RunningCheck.Name))
        {
            var create = registration.Factory;
            var check = new BoundedCheck(registration.Name, () => create(services), time, logger);
            registration.Factory = _ => check;
        }
    }
}
