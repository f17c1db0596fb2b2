// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Clients;

/// <summary>The state of one client in the roster, guarded by the roster's lock.</summary>
internal sealed class ClientEntry
{
    public string Name { get; private set; } = "";

    public DateTimeOffset LastSeen { get; set; }

    public bool HasSubscribed { get; set; }

    public bool SendsHeartbeats { get; private set; }

    public bool RecordedOnline { get; set; }

    public TaskSubscription? Subscription { get; set; }

    public List<ClientTask> Outstanding { get; } = [];

    /// <summary>Records a sign of life, and the name that came with it unless it is empty.</summary>
    public void See(string name, DateTimeOffset now)
    {
        Name = name.Length > 0 ? name : Name;
        LastSeen = now;
    }

    /// <summary>Records a heartbeat; returns whether the client is back by it.</summary>
    public bool Beat(string name, DateTimeOffset now, TimeSpan timeout)
    {
        var isBack = Subscription is not null && !IsActive(now, timeout);
        See(name, now);
        SendsHeartbeats = true;
        return isBack;
    }

    /// <summary>Returns whether the client has an open stream, and has not stopped sending heartbeats if it ever sent one.</summary>
    public bool IsActive(DateTimeOffset now, TimeSpan timeout) =>
        Subscription is not null && now - LastSign(now) < timeout;

    /// <summary>Returns the time of the last sign of life: an open stream is one at any time, unless the client also sends heartbeats.</summary>
    public DateTimeOffset LastSign(DateTimeOffset now) => Subscription is not null && !SendsHeartbeats ? now : LastSeen;

    public ActiveClient ToActiveClient(ClientId id) => new(id, Name, Outstanding.Count(task => task.Kind == ClientTaskKind.Train));

    /// <summary>Returns how the client came or went since that was last recorded; null when it did not.</summary>
    public ClientStatusChange? FindChange(ClientId id, DateTimeOffset now, TimeSpan timeout) =>
        IsActive(now, timeout) is var isActive && isActive == RecordedOnline ? null
            : new ClientStatusChange(id, Name, isActive ? ClientStatus.Online : ClientStatus.Offline, LastSeen);

    /// <summary>Assigns a task, unless it is a validation and the client has as many training tasks as it may have.</summary>
    public void Assign(ClientTask task)
    {
        if (Outstanding.Count >= ClientRoster.MaxOutstanding && Outstanding.FindIndex(earlier => earlier.Kind == ClientTaskKind.Validate) is var oldest)
        {
            // A training task is never dropped, since its round waits for the answer: rounds that select at the same moment may exceed the limit.
            if (oldest >= 0)
            {
                Outstanding.RemoveAt(oldest);
            }
            else if (task.Kind == ClientTaskKind.Validate)
            {
                return;
            }
        }

        Outstanding.Add(task);
        Subscription?.Push(task);
    }

    public void DropOldTasks(DateTimeOffset now) => Outstanding.RemoveAll(
        task => task.IsExpired(now) || (task.Kind == ClientTaskKind.Validate && now - task.At > ClientRoster.ValidationPatience));

    public bool CanForget(DateTimeOffset now, TimeSpan timeout) =>
        Subscription is null && Outstanding.Count == 0 && !RecordedOnline && now - LastSeen >= timeout;
}
