// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging.Abstractions;

namespace Tributary.Core.Tests.Coordination;

/// <summary>A key has one activation at a time, each under an epoch of its own.</summary>
public sealed class InProcessCoordinatorTests : IDisposable
{
    private static readonly CoordinationKey Key = new(ScriptedWork.KindName, "a");
    private static readonly CoordinationKey Other = new(ScriptedWork.KindName, "b");

    private readonly ScriptedStoreFaults _faults = new();
    private readonly MemoryStores _stores;
    private readonly Testing.ManualTimeProvider _time = new();
    private readonly ScriptedWork _work = new();
    private readonly InProcessCoordinator _coordinator;
    private readonly CancellationTokenSource _stop = new();

    public InProcessCoordinatorTests()
    {
        _stores = new MemoryStores(new MemoryDisk(), _faults);
        _coordinator = new InProcessCoordinator(_stores.Epochs, _time, NullLogger<InProcessCoordinator>.Instance);
    }

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task Activate_ActiveKey_IsSignalledAndNotActivatedAgain()
    {
        var running = Run();
        await _coordinator.ActivateAsync(Key, Token);
        var first = await _work.NextAsync();
        await _coordinator.ActivateAsync(Key, Token);
        await _coordinator.ActivateAsync(Key, Token);
        await first.Activation.WaitAsync(Token);

        Assert.True(first.Activation.TryTakeSignal());
        Assert.False(first.Activation.TryTakeSignal());
        first.End();
        await _coordinator.ActivateAsync(Key, Token);
        var second = await _work.NextAsync();

        Assert.Equal((1, 1, 2), (first.Epoch, _work.Count(first), _work.Count(second)));
        await StopAsync(running);
    }

    [Fact]
    public async Task End_SignalledSinceTheLastLook_WorksAgain()
    {
        var running = Run();
        await _coordinator.ActivateAsync(Key, Token);
        var first = await _work.NextAsync();
        await _coordinator.ActivateAsync(Key, Token);

        first.End();

        Assert.Same(first.Activation, (await _work.NextAsync()).Activation);
        await StopAsync(running);
    }

    [Fact]
    public async Task Run_UnfinishedKeys_AreActivatedSideBySide()
    {
        _work.Unfinished = [Key, Other];
        _faults.FailAfter("acquire an epoch");
        var running = Run();

        // The other does not wait for the epoch of the first.
        Assert.Equal(Other, (await _work.NextAsync()).Activation.Key);
        await Eventually.BecomesAsync(
            "the first",
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return _work.Waiting;
            },
            count => count == 1);
        var late = await _work.NextAsync();

        Assert.Equal((Key, 2), (late.Activation.Key, late.Epoch));
        await StopAsync(running);
    }

    [Fact]
    public async Task Work_Fails_IsRepeatedUnderTheSameEpoch()
    {
        var running = Run();
        await _coordinator.ActivateAsync(Key, Token);
        (await _work.NextAsync()).Fail(new InvalidOperationException("simulated"));
        await Eventually.BecomesAsync(
            "the repetition",
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return _work.Waiting;
            },
            count => count == 1);

        Assert.Equal(1, (await _work.NextAsync()).Epoch);
        await StopAsync(running);
    }

    [Fact]
    public async Task Work_EpochIsLost_EndsUntilTheKeyIsAskedFor()
    {
        var running = Run();
        await _coordinator.ActivateAsync(Key, Token);
        var first = await _work.NextAsync();
        first.Fail(new EpochLostException(first.Activation.Epoch));
        await _coordinator.ActivateAsync(Other, Token);
        Assert.Equal(Other, (await _work.NextAsync()).Activation.Key);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, _work.Waiting);

        await _coordinator.ActivateAsync(Key, Token);

        Assert.Equal(2, (await _work.NextAsync()).Epoch);
        await StopAsync(running);
    }

    [Fact]
    public async Task Work_EpochIsLostAfterItTookTheSignal_WorksAgain()
    {
        var running = Run();
        await _coordinator.ActivateAsync(Key, Token);
        var first = await _work.NextAsync();
        await _coordinator.ActivateAsync(Key, Token);
        Assert.True(first.Activation.TryTakeSignal());

        first.Fail(new EpochLostException(first.Activation.Epoch));

        Assert.Equal(2, (await _work.NextAsync()).Epoch);
        await StopAsync(running);
    }

    [Fact]
    public void Requests_BeforeAnAcceptedWrite_AreOpenNoLonger()
    {
        var activation = new Activation(Key);
        activation.Signal();
        var before = activation.Requests;
        Assert.True(activation.HasOpenRequests);

        activation.Confirm(before);
        Assert.False(activation.HasOpenRequests);

        activation.Signal();
        activation.Confirm(before);
        Assert.True(activation.HasOpenRequests);
    }

    private Task Run() => _coordinator.RunAsync([_work], _stop.Token);

    private async Task StopAsync(Task running)
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
