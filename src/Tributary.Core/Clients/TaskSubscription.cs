// SPDX-License-Identifier: Apache-2.0

using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Tributary.Core.Clients;

/// <summary>An open task stream of a client, disposed when the stream ends for any reason.</summary>
public sealed class TaskSubscription : IDisposable
{
    private readonly ClientRoster _roster;

    // At most a client's unanswered tasks wait here, besides tasks withdrawn meanwhile, of which the oldest are dropped first.
    private readonly Channel<ClientTask> _tasks = Channel.CreateBounded<ClientTask>(
        new BoundedChannelOptions(4 * ClientRoster.MaxOutstanding) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });

    private volatile bool _isReplaced;

    internal TaskSubscription(ClientRoster roster, ClientId client, string name, TaskSubscription? replaced)
    {
        _roster = roster;
        Client = client;
        Name = name;
        HasTakenOver = replaced is not null;
        replaced?.Replace();
    }

    public ClientId Client { get; }

    /// <summary>The name that the client gave when it opened the stream.</summary>
    public string Name { get; }

    /// <summary>True when an earlier stream of the client was still open and was ended by this one.</summary>
    public bool HasTakenOver { get; }

    /// <summary>Returns the tasks as they arrive, without those withdrawn meanwhile; ends when a newer stream replaces this one.</summary>
    public async IAsyncEnumerable<ClientTask> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // ReadAllAsync of the channel itself would leave the caller's synchronization context.
        while (await _tasks.Reader.WaitToReadAsync(cancellationToken))
        {
            while (_tasks.Reader.TryRead(out var task))
            {
                if (!_isReplaced && _roster.IsOutstanding(task))
                {
                    yield return task;
                }
            }
        }
    }

    public void Dispose() => _roster.End(this);

    internal void Push(ClientTask task) => _tasks.Writer.TryWrite(task);

    /// <summary>Ends this stream; the newer one delivers the tasks that it still holds.</summary>
    private void Replace()
    {
        _isReplaced = true;
        _tasks.Writer.TryComplete();
    }
}
