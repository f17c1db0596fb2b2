// SPDX-License-Identifier: Apache-2.0

using Tributary.Storage.Blobs.Files;

namespace Tributary.Storage.Tests.Durability;

/// <summary>A sync serves those alone that asked before it began.</summary>
public sealed class FolderSyncTests : IDisposable
{
    private const int Callers = 6;

    private readonly SemaphoreSlim _begun = new(0);
    private readonly SemaphoreSlim _proceed = new(0);
    private readonly FolderSync _sync;
    private int _count;
    private int _failing;

    public FolderSyncTests() =>
        _sync = new FolderSync(() =>
        {
            Interlocked.Increment(ref _count);
            _begun.Release();
            _proceed.Wait(Token);
            if (Interlocked.Exchange(ref _failing, 0) == 1)
            {
                throw new IOException("the disk is gone");
            }
        });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _begun.Dispose();
        _proceed.Dispose();
    }

    [Fact]
    public async Task Run_OneAfterTheOther_SyncsEachTime()
    {
        _proceed.Release(2);

        await RunAsync();
        await RunAsync();

        Assert.Equal(2, _count);
    }

    [Fact]
    public async Task Run_SeveralDuringASync_ShareTheNextOne()
    {
        var (first, others) = await HoldAsync();

        _proceed.Release();
        await first;
        await Task.WhenAny(_begun.WaitAsync(Token), Task.WhenAll(others));
        Assert.DoesNotContain(others, caller => caller.IsCompleted);
        _proceed.Release();
        await Task.WhenAll(others);

        Assert.Equal(2, _count);
    }

    [Fact]
    public async Task Run_SharedOneFails_FailsAllThatItServedAndNoLaterOne()
    {
        var (first, others) = await HoldAsync();
        _proceed.Release();
        await first;
        await _begun.WaitAsync(Token);
        _failing = 1;
        _proceed.Release(2);

        foreach (var caller in others)
        {
            await Assert.ThrowsAsync<IOException>(() => caller);
        }

        await RunAsync();
        Assert.Equal(3, _count);
    }

    /// <summary>Begins a sync that is held, and lets others ask meanwhile.</summary>
    private async Task<(Task First, List<Task> Others)> HoldAsync()
    {
        var first = RunAsync();
        await _begun.WaitAsync(Token);
        var threads = new List<Thread>();
        var others = Enumerable.Range(0, Callers).Select(_ => RunAsync(threads)).ToList();
        foreach (var thread in threads)
        {
            await Eventually.BecomesAsync("a caller to wait", () => thread.ThreadState, state => state.HasFlag(ThreadState.WaitSleepJoin));
        }

        return (first, others);
    }

    private Task RunAsync(List<Thread>? threads = null)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                _sync.Run();
                ended.SetResult();
            }
            catch (Exception error)
            {
                ended.SetException(error);
            }
        });
        thread.Start();
        threads?.Add(thread);
        return ended.Task;
    }
}
