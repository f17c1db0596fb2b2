// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Clients;

/// <summary>The state of one client in the roster, guarded by the roster's lock.</summary>
internal sealed class ClientEntry
{
    public string Name { get; private set; } = "";

    public DateTimeOffset LastSeen { get; set; }

    public bool HasSubscribed { get; set; }

    public bool RecordedOnline { get; set; }

    public TaskSubscription? Subscription { get; set; }

    public List<ClientTask> Outstanding { get; } = [];

    /// <summary>Records a sign of life, and the name that came with it unless it is empty.</summary>
    public void See(string name, DateTimeOffset now)
    {
        Name = name.Length > 0 ? name : Name;
        LastSeen = now;
    }

    public bool IsActive(DateTimeOffset now, TimeSpan timeout) =>
        HasSubscribed && (Subscription is not null || now - LastSeen < timeout);

    public void DropOldValidations(DateTimeOffset now) =>
        Outstanding.RemoveAll(task => task.Kind == ClientTaskKind.Validate && now - task.At > ClientRoster.ValidationPatience);

    public bool CanForget(DateTimeOffset now, TimeSpan timeout) =>
        Subscription is null && Outstanding.Count == 0 && !RecordedOnline && now - LastSeen >= timeout;
}
