// SPDX-License-Identifier: Apache-2.0

using System.Threading.Channels;
using Tributary.Testing;

namespace Tributary.Client.Tests;

/// <summary>A participant that runs while a test lasts.</summary>
internal sealed class Run : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public Run(Participant participant) => Task = participant.RunAsync(_stopping.Token);

    public Task Task { get; }

    /// <summary>How it ended, which it has to soon.</summary>
    public Task<T> FailsWithAsync<T>()
        where T : Exception => Assert.ThrowsAsync<T>(() => Task.WaitAsync(TestLimits.Step, TestContext.Current.CancellationToken));

    public static Task<T> NextAsync<T>(Channel<T> channel) =>
        channel.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TestLimits.Step, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WaitAsync(TestLimits.Step, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.True(Task.IsCompleted, "The participant did not stop.");
        _stopping.Dispose();
    }
}
