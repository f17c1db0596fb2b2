// SPDX-License-Identifier: Apache-2.0

using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Tributary.Core.Clients;

/// <summary>One open task stream of a client. Disposed when the stream ends, for whatever reason.</summary>
public sealed class TaskSubscription : IDisposable
{
    private readonly ClientRoster _roster;

    // More than a client's tasks can never be waiting at once, but for those that were withdrawn meanwhile: the oldest of these go first.
    private readonly Channel<ClientTask> _tasks = Channel.CreateBounded<ClientTask>(
        new BoundedChannelOptions(4 * ClientRoster.MaxOutstanding) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });

    private volatile bool _isReplaced;

    internal TaskSubscription(ClientRoster roster, ClientId client, string name)
    {
        _roster = roster;
        Client = client;
        Name = name;
    }

    /// <summary>Whose it is.</summary>
    public ClientId Client { get; }

    /// <summary>The name that the client gave with it.</summary>
    public string Name { get; }

    /// <summary>The tasks as they come, those that have been withdrawn meanwhile left out; ends when a newer stream replaces this one.</summary>
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

    /// <inheritdoc/>
    public void Dispose() => _roster.End(this);

    internal void Push(ClientTask task) => _tasks.Writer.TryWrite(task);

    /// <summary>What it still holds is the newer stream's to deliver.</summary>
    internal void Replace()
    {
        _isReplaced = true;
        _tasks.Writer.TryComplete();
    }
}
