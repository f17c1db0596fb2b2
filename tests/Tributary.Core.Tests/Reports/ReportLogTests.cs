// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Reports;

namespace Tributary.Core.Tests.Reports;

public sealed class ReportLogTests
{
    [Fact]
    public async Task AppendAsync_TooMuchWaitsForASlowStore_IsRefusedUntilItIsWritten()
    {
        var store = new SlowStore();
        var log = new ReportLog(store, []);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var writing = log.RunAsync(stop.Token);
        var waiting = Enumerable.Range(0, 8).Select(i => log.AppendAsync([Report(i)], stop.Token).AsTask()).ToList();

        var refusal = await Assert.ThrowsAsync<StorageException>(async () => await log.AppendAsync([Report(9)], stop.Token));
        log.Post(Report(10));
        store.Open.SetResult();
        await Task.WhenAll(waiting).WaitAsync(TestLimits.Step, stop.Token);
        await log.AppendAsync([Report(11)], stop.Token).AsTask().WaitAsync(TestLimits.Step, stop.Token);

        Assert.Equal("The store could not take more reports.", refusal.Message);
        Assert.Equal("0 1 2 3 4 5 6 7 11", string.Join(' ', store.Written.Order(Comparer<string>.Create((a, b) => int.Parse(a, null) - int.Parse(b, null)))));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
    }

    private static ValidationReport Report(int id) => new() { Id = $"{id}", Model = "m", Data = new string('x', 4 << 20), At = DateTimeOffset.UnixEpoch };

    private sealed class SlowStore : IReportStore
    {
        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<string> Written { get; } = [];

        public async ValueTask AddAsync(IReadOnlyList<Report> reports, CancellationToken cancellationToken)
        {
            await Open.Task;
            Written.AddRange(reports.Select(report => report.Id));
        }

        public ValueTask<Page<StatusReport>> ListStatusesAsync(PageRequest page, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<Page<ValidationReport>> ListValidationsAsync(PageRequest page, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<Page<ValueReport>> ListValuesAsync(ValueKind kind, PageRequest page, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
