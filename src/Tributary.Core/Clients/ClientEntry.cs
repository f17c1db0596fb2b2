// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Clients;

/// <summary>The state of one client in the roster, guarded by the roster's lock.</summary>
internal sealed class ClientEntry
{
    public string Name { get; private set; } = "";

    public DateTimeOffset LastSeen { get; set; }

    public bool HasSubscribed { get; set; }

    public bool SendsHeartbeats { get; set; }

    public bool RecordedOnline { get; set; }

    public TaskSubscription? Subscription { get; set; }

    public List<ClientTask> Outstanding { get; } = [];

    /// <summary>Records a sign of life, and the name that came with it unless it is empty.</summary>
    public void See(string name, DateTimeOffset now)
    {
        Name = name.Length > 0 ? name : Name;
        LastSeen = now;
    }

    /// <summary>Returns whether the client has an open stream, and has not stopped sending heartbeats if it ever sent one.</summary>
    public bool IsActive(DateTimeOffset now, TimeSpan timeout) =>
        Subscription is not null && now - LastSign(now) < timeout;

    /// <summary>Returns the time of the last sign of life: an open stream is one at any time, unless the client also sends heartbeats.</summary>
    public DateTimeOffset LastSign(DateTimeOffset now) => Subscription is not null && !SendsHeartbeats ? now : LastSeen;

    public ActiveClient ToActiveClient(ClientId id) => new(id, Name, Outstanding.Count(task => task.Kind == ClientTaskKind.Train));

    public void DropOldTasks(DateTimeOffset now) => Outstanding.RemoveAll(
        task => now > task.ExpiresAt || (task.Kind == ClientTaskKind.Validate && now - task.At > ClientRoster.ValidationPatience));

    public bool CanForget(DateTimeOffset now, TimeSpan timeout) =>
        Subscription is null && Outstanding.Count == 0 && !RecordedOnline && now - LastSeen >= timeout;
}
