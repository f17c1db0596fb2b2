// SPDX-License-Identifier: Apache-2.0

using System.Collections.Frozen;
using Microsoft.Extensions.Options;
using Tributary.Core.Combiners;

namespace Tributary.Core.Clients;

/// <summary>The clients of a combiner: which of them are alive, which tasks each still has, and the stream that delivers them.</summary>
/// <remarks>
/// A task stays with its client until it is answered or withdrawn, and is sent again on a new stream, because a broken stream may have lost
/// it. A client has one stream, the newest, so that the remains of a lost connection never take a task.
/// </remarks>
public sealed class ClientRoster(TimeProvider time, IOptions<CombinerOptions> options)
{
    /// <summary>
    /// The maximum number of unanswered tasks of a client. Another one takes the place of the oldest validation; a client that has as many training
    /// tasks is not selected for a round.
    /// </summary>
    public const int MaxOutstanding = 64;

    /// <summary>The age at which an unanswered validation is dropped and not requested again: some clients never answer.</summary>
    public static readonly TimeSpan ValidationPatience = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<ClientId, ClientEntry> _entries = [];

    private readonly ClientNames _names = new();
    private readonly ClientArrivals _arrivals = new(time);
    private readonly TimeSpan _timeout = options.Value.ClientTimeout;
    private readonly int _maxClients = options.Value.MaxClients;
    private volatile FrozenSet<ClientId> _expected = [];

    public bool IsAccepting => ListActive().Count < _maxClients;

    /// <summary>The maximum number of clients that the roster holds besides those that train.</summary>
    public int Capacity { get; } = options.Value.MaxConnectedClients;

    /// <summary>The clients that were connected before a restart, whether or not they have returned.</summary>
    public IReadOnlySet<ClientId> Expected => _expected;

    /// <summary>Sets, at a start, the clients that were connected before it and are expected to return.</summary>
    public void Expect(IEnumerable<ClientId> clients) => _expected = clients.ToFrozenSet();

    /// <summary>Waits until <paramref name="enough"/> holds or <paramref name="patience"/> is over; returns the active clients.</summary>
    public async Task<IReadOnlyList<ActiveClient>> WaitForAsync(
        Predicate<IReadOnlyList<ActiveClient>> enough, TimeSpan patience, CancellationToken cancellationToken)
    {
        await _arrivals.WaitAsync(() => enough(ListActive()), patience, cancellationToken);
        return ListActive();
    }

    /// <summary>Records a sign of life of a client; without effect for a client that has neither a stream nor a task.</summary>
    public void Heartbeat(ClientId id, string name)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(id, out var entry) && entry.Beat(name, time.GetUtcNow(), _timeout))
            {
                _arrivals.Signal();
            }
        }
    }

    /// <summary>Returns whether a client may open a stream: every known client may, and a new one while the roster is below its capacity.</summary>
    public bool HasRoomFor(ClientId id)
    {
        lock (_lock)
        {
            // Clients that train do not count: their number is that of the clients that rounds have selected.
            return _entries.Count < Capacity || _entries.ContainsKey(id)
                || _entries.Values.Count(entry => !entry.Outstanding.Exists(task => task.Kind == ClientTaskKind.Train)) < Capacity;
        }
    }

    /// <summary>Opens the task stream of a client with its unanswered tasks on it, and ends the client's earlier stream.</summary>
    public TaskSubscription Subscribe(ClientId id, string name)
    {
        lock (_lock)
        {
            var entry = GetOrAdd(id);
            entry.See(name, time.GetUtcNow());
            entry.HasSubscribed = true;
            entry.DropOldTasks(entry.LastSeen);
            var subscription = new TaskSubscription(this, id, name, replaced: entry.Subscription);
            entry.Subscription = subscription;
            entry.Outstanding.ForEach(subscription.Push);
            _arrivals.Signal();
            return subscription;
        }
    }

    /// <summary>Records a name that a connected client uses in place of its id in some calls; the newest few names are kept.</summary>
    public void Alias(ClientId name, ClientId id)
    {
        lock (_lock)
        {
            if (name != id && _entries.ContainsKey(id))
            {
                _names.Add(name, id);
            }
        }
    }

    /// <summary>Returns the clients that a caller may mean: the one with the given id, else those that use it as a name, else the id itself.</summary>
    public IReadOnlyList<ClientId> FindMeant(ClientId given)
    {
        lock (_lock)
        {
            return (_entries.TryGetValue(given, out var entry) && entry.HasSubscribed) || _names.FindClients(given) is not { Count: > 0 } clients
                ? [given]
                : [.. clients];
        }
    }

    /// <summary>
    /// Returns the client that is meant. Of several that use the given name, it is the first with a task that matches; where no task tells them
    /// apart, the name stands for itself.
    /// </summary>
    public ClientId Resolve(ClientId given, Predicate<ClientTask>? which = null)
    {
        lock (_lock)
        {
            var meant = FindMeant(given);
            return meant is [var only] ? only
                : meant.FirstOrDefault(id => which is not null && IsAsked(id, which)) is { Value: not null } asked ? asked
                : given;
        }
    }

    /// <summary>Returns the round of a client's unanswered training task; null when it has none, or several.</summary>
    public long? FindTrainingRound(ClientId id)
    {
        lock (_lock)
        {
            return ListTasks(id).FindAll(task => task.Kind == ClientTaskKind.Train) is [var only] ? only.Round : null;
        }
    }

    /// <summary>Returns whether a client already has an unanswered task that matches.</summary>
    public bool IsAsked(ClientId id, Predicate<ClientTask> which) => FindTask(id, which) is not null;

    /// <summary>Returns the first unanswered task of a client that matches, or null.</summary>
    public ClientTask? FindTask(ClientId id, Predicate<ClientTask> which)
    {
        lock (_lock)
        {
            return ListTasks(id).Find(which);
        }
    }

    /// <summary>Assigns a task to a client; the task is sent at once if the client is connected, otherwise when it connects.</summary>
    /// <remarks>A client with nothing but training tasks up to the limit gets no validation.</remarks>
    public void Assign(ClientTask task)
    {
        lock (_lock)
        {
            GetOrAdd(task.Client).Assign(task);
        }
    }

    /// <summary>Removes the tasks that a client has answered, a round's training or a model's validation; returns their number.</summary>
    public int Answered(ClientId id, Predicate<ClientTask> which)
    {
        lock (_lock)
        {
            return _entries.TryGetValue(id, out var entry) ? entry.Outstanding.RemoveAll(which) : 0;
        }
    }

    /// <summary>Counts the unanswered tasks of all clients.</summary>
    public int CountOutstanding()
    {
        lock (_lock)
        {
            return _entries.Values.Sum(entry => entry.Outstanding.Count);
        }
    }

    /// <summary>Removes the training tasks that match from all clients.</summary>
    public void WithdrawTraining(Predicate<ClientTask> which)
    {
        lock (_lock)
        {
            foreach (var entry in _entries.Values)
            {
                entry.Outstanding.RemoveAll(task => task.Kind == ClientTaskKind.Train && which(task));
            }
        }
    }

    /// <summary>Returns whether a task is still unanswered; checked just before it is sent.</summary>
    public bool IsOutstanding(ClientTask task) => IsAsked(task.Client, task.Equals);

    /// <summary>Returns those of some clients that have given no sign of life for a time, and the time at which the next one of the others may have.</summary>
    public (IReadOnlySet<ClientId> Gone, DateTimeOffset NextAt) FindGone(IEnumerable<ClientId> clients, TimeSpan patience)
    {
        var now = time.GetUtcNow();
        var gone = new HashSet<ClientId>();
        var next = DateTimeOffset.MaxValue;
        lock (_lock)
        {
            foreach (var id in clients)
            {
                var lastSign = _entries.TryGetValue(id, out var entry) ? entry.LastSign(now) : DateTimeOffset.MinValue;
                if (now - lastSign >= patience)
                {
                    gone.Add(id);
                }
                else if (lastSign + patience < next)
                {
                    next = lastSign + patience;
                }
            }
        }

        return (gone, next);
    }

    /// <summary>Returns the clients that have an open stream, without those that have stopped sending heartbeats; by id.</summary>
    public IReadOnlyList<ActiveClient> ListActive()
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            return [.. _entries.Where(e => e.Value.IsActive(now, _timeout)).Select(e => e.Value.ToActiveClient(e.Key)).OrderBy(c => c.Id)];
        }
    }

    /// <summary>Returns the clients that came or went since last recorded; forgets those that are gone and have no tasks.</summary>
    public IReadOnlyList<ClientStatusChange> ListStatusChanges()
    {
        var now = time.GetUtcNow();
        var changes = new List<ClientStatusChange>();
        lock (_lock)
        {
            foreach (var (id, entry) in _entries)
            {
                entry.DropOldTasks(now);
                if (entry.FindChange(id, now, _timeout) is { } change)
                {
                    changes.Add(change);
                }
            }

            foreach (var gone in _entries.Where(e => e.Value.CanForget(now, _timeout)).Select(e => e.Key).ToList())
            {
                _entries.Remove(gone);
                _names.Forget(gone);
            }
        }

        return changes;
    }

    /// <summary>Marks changes as stored; whatever has changed meanwhile, or was not written, remains one.</summary>
    public void MarkRecorded(IReadOnlyList<ClientStatusChange> changes)
    {
        lock (_lock)
        {
            foreach (var change in changes)
            {
                if (_entries.TryGetValue(change.Id, out var entry))
                {
                    entry.RecordedOnline = change.Status == ClientStatus.Online;
                }
            }
        }
    }

    internal void End(TaskSubscription subscription)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(subscription.Client, out var entry) && ReferenceEquals(entry.Subscription, subscription))
            {
                entry.Subscription = null;
                entry.LastSeen = time.GetUtcNow();
            }
        }
    }

    private ClientEntry GetOrAdd(ClientId id)
    {
        if (!_entries.TryGetValue(id, out var entry))
        {
            _entries.Add(id, entry = new ClientEntry { LastSeen = time.GetUtcNow() });
        }

        return entry;
    }

    /// <summary>Returns the unanswered tasks of a client that have not expired.</summary>
    private List<ClientTask> ListTasks(ClientId id) =>
        _entries.TryGetValue(id, out var entry) ? entry.Outstanding.FindAll(task => !task.IsExpired(time.GetUtcNow())) : [];
}
