// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Tests;

public sealed class KeyedLockTests
{
    private readonly KeyedLock<string> _lock = new();

    [Fact]
    public async Task Enter_Held_WaitsInOrder()
    {
        var first = await _lock.EnterAsync("u", CancellationToken.None);
        var second = _lock.EnterAsync("u", CancellationToken.None).AsTask();
        var third = _lock.EnterAsync("u", CancellationToken.None).AsTask();
        Assert.False(second.IsCompleted);

        first.Dispose();
        (await second).Dispose();
        (await third).Dispose();

        (await _lock.EnterAsync("u", CancellationToken.None)).Dispose();
    }

    [Fact]
    public async Task Enter_AnotherKey_DoesNotWait()
    {
        using var first = await _lock.EnterAsync("u", CancellationToken.None);

        (await _lock.EnterAsync("v", CancellationToken.None)).Dispose();
    }

    [Fact]
    public async Task Enter_CancelledWhileWaiting_LetsTheNextOneIn()
    {
        var first = await _lock.EnterAsync("u", CancellationToken.None);
        using var cancelled = new CancellationTokenSource();
        var second = _lock.EnterAsync("u", cancelled.Token).AsTask();
        var third = _lock.EnterAsync("u", CancellationToken.None).AsTask();

        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        first.Dispose();

        (await third).Dispose();
    }
}
