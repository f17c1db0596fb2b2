// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Hosting;

namespace Tributary.Rpc;

/// <summary>
/// The statuses that the health service reports. The empty name stands for the whole server and is SERVING from the start; when the server
/// begins to stop, everything known becomes NOT_SERVING and stays so.
/// </summary>
public sealed class RpcHealth
{
    private readonly Lock _lock = new();
    private readonly CancellationToken _stopping;
    private readonly Dictionary<string, RpcServingStatus> _statuses = new(StringComparer.Ordinal) { [""] = RpcServingStatus.Serving };
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>Creates the statuses of a server; AddRpc registers them.</summary>
    public RpcHealth(IHostApplicationLifetime lifetime)
    {
        ArgumentNullException.ThrowIfNull(lifetime);
        _stopping = lifetime.ApplicationStopping;
    }

    /// <summary>Sets the status of a service by its full name and notifies watchers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The status is not one that a service can have.</exception>
    public void SetStatus(string service, RpcServingStatus status)
    {
        ArgumentNullException.ThrowIfNull(service);
        if (status is not (RpcServingStatus.Unknown or RpcServingStatus.Serving or RpcServingStatus.NotServing))
        {
            throw new ArgumentOutOfRangeException(nameof(status), status, "A service is Unknown, Serving or NotServing.");
        }

        TaskCompletionSource changed;
        lock (_lock)
        {
            _statuses[service] = status;
            changed = _changed;
            _changed = NewSignal();
        }

        changed.SetResult();
    }

    /// <summary>Returns the status of a service; ServiceUnknown when none has been set.</summary>
    public RpcServingStatus GetStatus(string service) => Observe(service).Status;

    /// <summary>Returns the status, and a task that completes when any status changes after it was taken.</summary>
    internal (RpcServingStatus Status, Task Changed) Observe(string service)
    {
        lock (_lock)
        {
            var status = !_statuses.TryGetValue(service, out var known) ? RpcServingStatus.ServiceUnknown
                : _stopping.IsCancellationRequested ? RpcServingStatus.NotServing
                : known;
            return (status, _changed.Task);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
