// SPDX-License-Identifier: Apache-2.0

using System.Threading.Channels;
using Tributary.Protocol.Fedn;

namespace Tributary.Client.Participation;

/// <summary>
/// The tasks between the stream that brings them and the one worker. A server sends unanswered tasks again on a new stream: a task that
/// waits here, or is being worked on, is not taken in twice.
/// </summary>
internal sealed class TaskInbox
{
    // When the channel is full the stream is not read, and the server waits.
    private readonly Channel<TaskRequest> _tasks =
        Channel.CreateBounded<TaskRequest>(new BoundedChannelOptions(64) { SingleReader = true, SingleWriter = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly HashSet<Key> _pending = [];
    private readonly Lock _lock = new();

    public ValueTask AddAsync(TaskRequest task, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_pending.Add(Key.Of(task)))
            {
                return ValueTask.CompletedTask;
            }
        }

        return _tasks.Writer.WriteAsync(task, cancellationToken);
    }

    public IAsyncEnumerable<TaskRequest> ReadAllAsync(CancellationToken cancellationToken) => _tasks.Reader.ReadAllAsync(cancellationToken);

    public void Done(TaskRequest task)
    {
        lock (_lock)
        {
            _pending.Remove(Key.Of(task));
        }
    }

    // The correlation id is new when a restarted server asks again, so it is not part of the key.
    private readonly record struct Key(StatusType Type, string Session, string Model, string Data)
    {
        public static Key Of(TaskRequest task) => new(task.Type, task.SessionId, task.ModelId, task.Data);
    }
}
