// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Storage.Tests;

public sealed class StorageMetricsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DataFolder _data;
    private readonly MeterProbe _probe = new();
    private readonly ManualTimeProvider _time = new();
    private readonly StorageMetrics _metrics;

    public StorageMetricsTests()
    {
        _data = new DataFolder(_folder.Path);
        _metrics = new StorageMetrics(_probe, _time, _data);
    }

    public void Dispose()
    {
        _probe.Dispose();
        _data.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Operations_AreMeasuredWithTheirOutcome()
    {
        var began = _metrics.Begin();
        _time.Advance(TimeSpan.FromSeconds(7));
        _metrics.Completed(StorageMetrics.DatabaseRead, began, isDone: true, CancellationToken.None);
        _metrics.Completed(StorageMetrics.DatabaseWrite, began, isDone: false, CancellationToken.None);
        _metrics.Completed(StorageMetrics.DatabaseWrite, began, isDone: false, new CancellationToken(canceled: true));
        Assert.Throws<IOException>(() => _metrics.Measure<int>(StorageMetrics.ModelPublish, () => throw new IOException()));
        _metrics.Measure(StorageMetrics.RepositorySync, () => { });

        Assert.Equal(
            [
                "tributary.store.duration{tributary.store.operation=database.read,tributary.outcome=ok} 7",
                "tributary.store.duration{tributary.store.operation=database.write,tributary.outcome=error} 7",
                "tributary.store.duration{tributary.store.operation=database.write,tributary.outcome=cancelled} 7",
                "tributary.store.duration{tributary.store.operation=model.publish,tributary.outcome=error} 0",
                "tributary.store.duration{tributary.store.operation=repository.sync,tributary.outcome=ok} 0",
            ],
            _probe.Collect().Where(m => m.StartsWith("tributary.store.", StringComparison.Ordinal)));
    }

    [Fact]
    public void Spool_IsMeasuredAgainAfterTenSeconds()
    {
        Assert.Equal([0, 0, 0], Spool());
        File.WriteAllBytes(_folder.Combine("spool/uploads/u"), new byte[3]);
        Directory.CreateDirectory(_folder.Combine("spool/rounds/7"));
        File.WriteAllBytes(_folder.Combine("spool/rounds/7/p"), new byte[5]);
        Assert.Equal([0, 0, 0], Spool());

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal([0, 3, 5], Spool());
        Assert.True(Read("tributary.disk.free")[0] > 0);
    }

    private long[] Spool() => Read("tributary.spool.size");

    private long[] Read(string name) =>
        [.. _probe.Collect().Where(m => m.StartsWith(name, StringComparison.Ordinal)).Select(m => long.Parse(m.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture))];
}
