// SPDX-License-Identifier: Apache-2.0

using System.Threading.Channels;

namespace Tributary.Core.Reports;

/// <summary>The log that writes the reports of many clients in batches, so that they share one sync.</summary>
public sealed class ReportLog(IReportStore store, IEnumerable<IReportListener> listeners)
{
    private const int MaxBatch = 256;

    // Callers wait until their report is durable, so each open call holds one place at most; further callers wait here.
    private readonly Channel<Entry> _entries =
        Channel.CreateBounded<Entry>(new BoundedChannelOptions(1024) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    /// <summary>Adds reports; durable on return.</summary>
    public async ValueTask AppendAsync(IReadOnlyList<Report> reports, CancellationToken cancellationToken)
    {
        if (reports.Count == 0)
        {
            return;
        }

        var entry = new Entry(reports);
        await _entries.Writer.WriteAsync(entry, cancellationToken);
        await entry.Written.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Adds a report without waiting for it; the report is lost when the queue is full.</summary>
    public void Post(Report report) => _entries.Writer.TryWrite(new Entry([report]));

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var batch = new List<Entry>();
        while (await _entries.Reader.WaitToReadAsync(cancellationToken))
        {
            while (batch.Count < MaxBatch && _entries.Reader.TryRead(out var entry))
            {
                batch.Add(entry);
            }

            try
            {
                List<Report> reports = [.. batch.SelectMany(e => e.Reports)];
                await store.AddAsync(reports, CancellationToken.None);
                batch.ForEach(e => e.Written.TrySetResult());
                foreach (var listener in listeners)
                {
                    listener.Recorded(reports);
                }
            }
            catch (Exception error)
            {
                // Each caller receives the error, and logs it with its own call.
                foreach (var entry in batch)
                {
                    entry.Written.TrySetException(error);
                    _ = entry.Written.Task.Exception;
                }
            }

            batch.Clear();
        }
    }

    private sealed record Entry(IReadOnlyList<Report> Reports)
    {
        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
