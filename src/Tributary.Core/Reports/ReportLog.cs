// SPDX-License-Identifier: Apache-2.0

using System.Threading.Channels;

namespace Tributary.Core.Reports;

/// <summary>The log that writes the reports of many clients in batches, so that they share one sync.</summary>
public sealed class ReportLog(IReportStore store, IEnumerable<IReportListener> listeners)
{
    private const int MaxBatch = 256;

    // A report counts by the length of its texts and a fixed number for the rest.
    private const long MaxWaitingCharacters = 32 << 20;
    private const int CharactersBesidesTexts = 512;

    // Callers wait until their report is durable, so each open call holds one place at most; further callers wait here.
    private readonly Channel<Entry> _entries =
        Channel.CreateBounded<Entry>(new BoundedChannelOptions(1024) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private long _waitingCharacters;

    /// <summary>The number of entries that wait to be written.</summary>
    public int Waiting => _entries.Reader.Count;

    /// <summary>Adds reports; durable on return.</summary>
    /// <exception cref="StorageException">The store is out of order, or too slow for the reports that already wait.</exception>
    public async ValueTask AppendAsync(IReadOnlyList<Report> reports, CancellationToken cancellationToken)
    {
        if (reports.Count == 0)
        {
            return;
        }

        var entry = new Entry(reports);
        if (Volatile.Read(ref _waitingCharacters) > MaxWaitingCharacters)
        {
            throw new StorageException("take more reports", new IOException($"{Waiting} entries wait to be written."));
        }

        Interlocked.Add(ref _waitingCharacters, entry.Characters);
        try
        {
            await _entries.Writer.WriteAsync(entry, cancellationToken);
        }
        catch
        {
            Interlocked.Add(ref _waitingCharacters, -entry.Characters);
            throw;
        }

        await entry.Written.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Adds a report without waiting for it; the report is lost when the queue is full.</summary>
    public void Post(Report report)
    {
        var entry = new Entry([report]);
        if (Volatile.Read(ref _waitingCharacters) <= MaxWaitingCharacters && _entries.Writer.TryWrite(entry))
        {
            Interlocked.Add(ref _waitingCharacters, entry.Characters);
        }
    }

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

            Interlocked.Add(ref _waitingCharacters, -batch.Sum(e => e.Characters));
            batch.Clear();
        }
    }

    private sealed record Entry(IReadOnlyList<Report> Reports)
    {
        public long Characters { get; } = Reports.Sum(report => CharactersBesidesTexts + (long)(report switch
        {
            StatusReport status => status.Status.Length + status.Data.Length + status.Extra.Length,
            ValidationReport validation => validation.Data.Length + validation.Meta.Length,
            ValueReport value => value.Key.Length + (value.Text?.Length ?? 0),
            _ => 0,
        }));

        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
