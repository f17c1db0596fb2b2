// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics.Metrics;
using Tributary.Core;

namespace Tributary.Storage;

/// <summary>The metrics of the stores: their latencies, the size of the spool and the room that is left.</summary>
internal sealed class StorageMetrics
{
    public const string DatabaseRead = "database.read";
    public const string DatabaseWrite = "database.write";
    public const string ModelPublish = "model.publish";
    public const string UploadPublish = "upload.publish";
    public const string RepositorySync = "repository.sync";

    private const string Operation = "tributary.store.operation";
    private const string Part = "tributary.spool.part";

    /// <summary>The time for which a measured size of the spool counts: each measurement looks at every file.</summary>
    private static readonly TimeSpan SpoolValidity = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _time;
    private readonly Histogram<double> _duration;
    private readonly Lock _lock = new();
    private Measurement<long>[] _spool = [];
    private long _measuredAt;

    /// <param name="factory">Creates the meter.</param>
    /// <param name="time">The clock of durations.</param>
    /// <param name="folder">The folder to measure; null where another process holds it.</param>
    public StorageMetrics(IMeterFactory factory, TimeProvider time, DataFolder? folder = null)
    {
        _time = time;
        var meter = factory.Create($"{TributaryDiagnostics.Name}.Storage");
        _duration = meter.CreateShortDurations("tributary.store.duration", "Time of an operation of a store, the wait for its turn included");
        if (folder is not null)
        {
            meter.CreateObservableGauge("tributary.spool.size", () => MeasureSpool(folder), "By", "Size of the files in the spool");
            meter.CreateObservableGauge("tributary.disk.free", () => folder.FreeBytes, "By", "Free space on the disk of the data folder");
        }
    }

    public long Begin() => _time.GetTimestamp();

    public void Completed(string operation, long began, bool isDone, CancellationToken cancellationToken)
    {
        if (_duration.Enabled)
        {
            _duration.Record(
                _time.GetElapsedTime(began).TotalSeconds,
                new KeyValuePair<string, object?>(Operation, operation),
                new KeyValuePair<string, object?>(
                    TributaryDiagnostics.Outcome, isDone ? "ok" : cancellationToken.IsCancellationRequested ? "cancelled" : "error"));
        }
    }

    /// <summary>Runs an operation and records its duration.</summary>
    public T Measure<T>(string operation, Func<T> run)
    {
        var began = Begin();
        var isDone = false;
        try
        {
            var result = run();
            isDone = true;
            return result;
        }
        finally
        {
            Completed(operation, began, isDone, CancellationToken.None);
        }
    }

    /// <inheritdoc cref="Measure{T}"/>
    public void Measure(string operation, Action run) => Measure(
        operation,
        () =>
        {
            run();
            return true;
        });

    private Measurement<long>[] MeasureSpool(DataFolder folder)
    {
        lock (_lock)
        {
            if (_spool.Length == 0 || _time.GetElapsedTime(_measuredAt) >= SpoolValidity)
            {
                _measuredAt = _time.GetTimestamp();
                try
                {
                    _spool = [Measure("incoming", folder.Incoming), Measure("uploads", folder.Uploads), Measure("rounds", folder.Rounds)];
                }
                catch (IOException)
                {
                    // The folder of a round went while it was looked at: the sizes from before stand for the moment.
                }
            }

            return _spool;
        }

        static Measurement<long> Measure(string part, string path) =>
            new(DataFolder.Measure(path), new KeyValuePair<string, object?>(Part, part));
    }
}
