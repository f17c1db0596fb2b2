// SPDX-License-Identifier: Apache-2.0

using System.Collections.Frozen;
using System.Threading.Channels;
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
    /// <summary>The maximum number of unanswered tasks of a client; beyond it, the oldest is dropped.</summary>
    public const int MaxOutstanding = 64;

    /// <summary>The age at which an unanswered validation is dropped and not requested again: some clients never answer.</summary>
    public static readonly TimeSpan ValidationPatience = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<ClientId, Entry> _entries = [];

    // The other names that clients use beside their id; null when several clients use the same.
    private readonly Dictionary<ClientId, ClientId?> _aliases = [];
    private readonly TimeSpan _timeout = options.Value.ClientTimeout;
    private readonly int _maxClients = options.Value.MaxClients;

    // One channel per caller that waits for clients; each is signalled at every arrival.
    private readonly List<Channel<bool>> _waiting = [];
    private volatile FrozenSet<ClientId> _expected = [];

    public bool IsAccepting => ListActive().Count < _maxClients;

    /// <summary>The clients that were connected before a restart, whether or not they have returned.</summary>
    public IReadOnlySet<ClientId> Expected => _expected;

    /// <summary>Sets, at a start, the clients that were connected before it and are expected to return.</summary>
    public void Expect(IEnumerable<ClientId> clients) => _expected = clients.ToFrozenSet();

    /// <summary>Waits until <paramref name="enough"/> holds or <paramref name="patience"/> is over; returns the active clients.</summary>
    public async Task<IReadOnlyList<ActiveClient>> WaitForAsync(
        Predicate<IReadOnlyList<ActiveClient>> enough, TimeSpan patience, CancellationToken cancellationToken)
    {
        var arrivals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });
        lock (_lock)
        {
            _waiting.Add(arrivals);
        }

        using var late = new CancellationTokenSource(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            while (true)
            {
                var active = ListActive();
                if (enough(active) || late.IsCancellationRequested)
                {
                    return active;
                }

                await arrivals.Reader.ReadAsync(either.Token);
            }
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return ListActive();
        }
        finally
        {
            lock (_lock)
            {
                _waiting.Remove(arrivals);
            }
        }
    }

    public void Heartbeat(ClientId id, string name)
    {
        lock (_lock)
        {
            GetOrAdd(id, name).LastSeen = time.GetUtcNow();
        }
    }

    /// <summary>Opens the task stream of a client with its unanswered tasks on it, and ends the client's earlier stream.</summary>
    public TaskSubscription Subscribe(ClientId id, string name)
    {
        lock (_lock)
        {
            var entry = GetOrAdd(id, name);
            entry.LastSeen = time.GetUtcNow();
            entry.HasSubscribed = true;
            entry.Subscription?.Replace();
            entry.DropOldValidations(entry.LastSeen);
            var subscription = new TaskSubscription(this, id, name);
            entry.Subscription = subscription;
            foreach (var task in entry.Outstanding)
            {
                subscription.Push(task);
            }

            _waiting.ForEach(waiter => waiter.Writer.TryWrite(true));
            return subscription;
        }
    }

    /// <summary>Records another name of a client: some clients use a name in one call and their id in another.</summary>
    public void Alias(ClientId alias, ClientId id)
    {
        lock (_lock)
        {
            if (alias != id)
            {
                _aliases[alias] = _aliases.TryGetValue(alias, out var known) && known != id ? null : id;
            }
        }
    }

    /// <summary>Returns the id of the client that is meant, by its id or by a name that only this client uses.</summary>
    public ClientId Resolve(ClientId given)
    {
        lock (_lock)
        {
            var isClient = _entries.TryGetValue(given, out var entry) && entry.HasSubscribed;
            return !isClient && _aliases.TryGetValue(given, out var known) ? known ?? given : given;
        }
    }

    /// <summary>Returns whether a client already has an unanswered task that matches.</summary>
    public bool IsAsked(ClientId id, Predicate<ClientTask> which)
    {
        lock (_lock)
        {
            return _entries.TryGetValue(id, out var entry) && entry.Outstanding.Exists(which);
        }
    }

    /// <summary>Assigns a task to a client; the task is sent at once if the client is connected, otherwise when it connects.</summary>
    public void Assign(ClientTask task)
    {
        lock (_lock)
        {
            var entry = GetOrAdd(task.Client, "");
            if (entry.Outstanding.Count == MaxOutstanding)
            {
                entry.Outstanding.RemoveAt(0);
            }

            entry.Outstanding.Add(task);
            entry.Subscription?.Push(task);
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

    public void WithdrawTraining(long round)
    {
        lock (_lock)
        {
            foreach (var entry in _entries.Values)
            {
                entry.Outstanding.RemoveAll(task => task.Kind == ClientTaskKind.Train && task.Round == round);
            }
        }
    }

    /// <summary>Returns whether a task is still unanswered; checked just before it is sent.</summary>
    public bool IsOutstanding(ClientTask task)
    {
        lock (_lock)
        {
            return _entries.TryGetValue(task.Client, out var entry) && entry.Outstanding.Contains(task);
        }
    }

    /// <summary>Returns the clients that have an open stream, or had one and gave a sign of life within the time-out; by id.</summary>
    public IReadOnlyList<ActiveClient> ListActive()
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            return
            [
                .. _entries.Where(e => e.Value.IsActive(now, _timeout))
                    .Select(e => new ActiveClient(e.Key, e.Value.Name))
                    .OrderBy(c => c.Id),
            ];
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
                entry.DropOldValidations(now);
                var active = entry.IsActive(now, _timeout);
                if (active != entry.RecordedOnline)
                {
                    changes.Add(new ClientStatusChange(id, entry.Name, active ? ClientStatus.Online : ClientStatus.Offline, entry.LastSeen));
                }
            }

            foreach (var gone in _entries.Where(e => e.Value.CanForget(now, _timeout)).Select(e => e.Key).ToList())
            {
                _entries.Remove(gone);
                foreach (var alias in _aliases.Where(a => a.Value == gone).Select(a => a.Key).ToList())
                {
                    _aliases.Remove(alias);
                }
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

    private Entry GetOrAdd(ClientId id, string name)
    {
        if (!_entries.TryGetValue(id, out var entry))
        {
            _entries.Add(id, entry = new Entry { LastSeen = DateTimeOffset.MinValue });
        }

        if (name.Length > 0)
        {
            entry.Name = name;
        }

        return entry;
    }

    private sealed class Entry
    {
        public string Name { get; set; } = "";

        public DateTimeOffset LastSeen { get; set; }

        public bool HasSubscribed { get; set; }

        public bool RecordedOnline { get; set; }

        public TaskSubscription? Subscription { get; set; }

        public List<ClientTask> Outstanding { get; } = [];

        public bool IsActive(DateTimeOffset now, TimeSpan timeout) =>
            HasSubscribed && (Subscription is not null || now - LastSeen < timeout);

        public void DropOldValidations(DateTimeOffset now) =>
            Outstanding.RemoveAll(task => task.Kind == ClientTaskKind.Validate && now - task.At > ValidationPatience);

        public bool CanForget(DateTimeOffset now, TimeSpan timeout) =>
            Subscription is null && Outstanding.Count == 0 && !RecordedOnline && now - LastSeen >= timeout;
    }
}
