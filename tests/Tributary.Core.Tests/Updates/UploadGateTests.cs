// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Updates;

namespace Tributary.Core.Tests.Updates;

public sealed class UploadGateTests
{
    private static readonly ModelId Id = ModelId.Parse("u");
    private readonly UploadGate _gate = new();

    [Fact]
    public async Task Enter_SomebodyIsThere_WaitsForTheTurnInOrder()
    {
        var first = await _gate.EnterAsync(Id, CancellationToken.None);
        var second = _gate.EnterAsync(Id, CancellationToken.None).AsTask();
        var third = _gate.EnterAsync(Id, CancellationToken.None).AsTask();
        Assert.False(second.IsCompleted);

        first.Dispose();
        (await second).Dispose();
        (await third).Dispose();

        (await _gate.EnterAsync(Id, CancellationToken.None)).Dispose();
    }

    [Fact]
    public async Task Enter_AnotherUpload_DoesNotWait()
    {
        using var first = await _gate.EnterAsync(Id, CancellationToken.None);

        (await _gate.EnterAsync(ModelId.Parse("v"), CancellationToken.None)).Dispose();
    }

    [Fact]
    public async Task Enter_CancelledWhileWaiting_LetsTheNextOneIn()
    {
        var first = await _gate.EnterAsync(Id, CancellationToken.None);
        using var cancelled = new CancellationTokenSource();
        var second = _gate.EnterAsync(Id, cancelled.Token).AsTask();
        var third = _gate.EnterAsync(Id, CancellationToken.None).AsTask();

        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        first.Dispose();

        (await third).Dispose();
    }
}
