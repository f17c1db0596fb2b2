// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tributary.Hosting.Health;
using Tributary.Testing;

namespace Tributary.Combiner.Tests.Health;

/// <summary>The checks that any part registers, as calls of <c>/readyz</c> and of gRPC's health service run them.</summary>
public sealed class ReadinessTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly ScriptedCheck _check = new();
    private readonly ScriptedLifetime _lifetime = new();
    private readonly ErrorWatch _warnings = new(LogLevel.Warning);
    private readonly ServiceProvider _services;

    public ReadinessTests()
    {
        var services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(_warnings))
            .AddSingleton<TimeProvider>(_time)
            .AddSingleton<IHostApplicationLifetime>(_lifetime)
            .AddReadiness()
            .AddReadiness();
        services.AddHealthChecks().AddCheck("scripted", _check, tags: [ReadinessExtensions.Tag]);
        _services = services.BuildServiceProvider();
        _lifetime.Started.Cancel();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HealthCheckService Checks => _services.GetRequiredService<HealthCheckService>();

    public void Dispose()
    {
        _services.Dispose();
        _lifetime.Dispose();
        _warnings.Verify();
    }

    [Fact]
    public async Task Calls_WithinASecond_ShareOneRun()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Checks.CheckHealthAsync(Token)));
        _time.Advance(TimeSpan.FromSeconds(0.9));
        await Checks.CheckHealthAsync(Token);
        var withinASecond = _check.Runs;

        _time.Advance(TimeSpan.FromSeconds(0.2));
        await Checks.CheckHealthAsync(Token);

        Assert.Equal((1, 2), (withinASecond, _check.Runs));
    }

    [Fact]
    public async Task Check_ThatThrows_FailsWithItsMessageAndIsLoggedOnce()
    {
        _check.Run = () => throw new IOException("the disk is gone");
        var first = await Checks.CheckHealthAsync(Token);
        _time.Advance(TimeSpan.FromSeconds(2));
        await Checks.CheckHealthAsync(Token);

        _warnings.Expect("The server is not ready: the check 'scripted' fails: the disk is gone");
        Assert.Equal((HealthStatus.Unhealthy, "the disk is gone"), (first.Status, first.Entries["scripted"].Description));
        Assert.Equal(1, _warnings.Count);
    }

    [Fact]
    public async Task Check_ThatHangs_FailsAfterItsLimitAndIsNotStartedAgain()
    {
        using var started = new SemaphoreSlim(0);
        using var hanging = new ManualResetEventSlim();
        _check.Run = () =>
        {
            started.Release();
            hanging.Wait(Token);
            return HealthCheckResult.Healthy();
        };
        var calls = Task.WhenAll(Checks.CheckHealthAsync(Token), Checks.CheckHealthAsync(Token));
        await started.WaitAsync(Token);
        while (!calls.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }

        _warnings.Expect("no answer within 5 s");
        Assert.Equal(["no answer within 5 s", "no answer within 5 s"], (await calls).Select(report => report.Entries["scripted"].Description));
        Assert.Equal(1, _check.Runs);
        hanging.Set();
    }

    [Fact]
    public async Task Server_StartingOrStopping_IsNotReady()
    {
        using var starting = new ScriptedLifetime();
        await using var early = new ServiceCollection().AddLogging().AddSingleton<IHostApplicationLifetime>(starting).AddReadiness().BuildServiceProvider();

        Assert.Equal("starting", (await early.GetRequiredService<HealthCheckService>().CheckHealthAsync(Token)).Entries["server"].Description);
        Assert.Equal(HealthStatus.Healthy, (await Checks.CheckHealthAsync(Token)).Status);
        await _lifetime.Stopping.CancelAsync();
        Assert.Equal("stopping", (await Checks.CheckHealthAsync(Token)).Entries["server"].Description);
    }

    private sealed class ScriptedCheck : IHealthCheck
    {
        private int _runs;

        public int Runs => _runs;

        public Func<HealthCheckResult> Run { get; set; } = () => HealthCheckResult.Healthy();

        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _runs);
            return Task.FromResult(Run());
        }
    }

    private sealed class ScriptedLifetime : IHostApplicationLifetime, IDisposable
    {
        public CancellationTokenSource Started { get; } = new();

        public CancellationTokenSource Stopping { get; } = new();

        public CancellationToken ApplicationStarted => Started.Token;

        public CancellationToken ApplicationStopping => Stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => Stopping.Cancel();

        public void Dispose()
        {
            Started.Dispose();
            Stopping.Dispose();
        }
    }
}
