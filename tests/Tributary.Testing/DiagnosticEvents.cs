// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;
using System.Diagnostics;

namespace Tributary.Testing;

/// <summary>The events of one diagnostic listener of this process, until it is disposed.</summary>
public sealed class DiagnosticEvents : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private readonly string _listener;
    private readonly Action<string, object?> _seen;
    private readonly ConcurrentBag<IDisposable> _subscriptions = [];

    public DiagnosticEvents(string listener, Action<string, object?> seen)
    {
        (_listener, _seen) = (listener, seen);
        _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
    }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == _listener)
        {
            _subscriptions.Add(value.Subscribe(this));
        }
    }

    public void OnNext(KeyValuePair<string, object?> value) => _seen(value.Key, value.Value);

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose()
    {
        foreach (var subscription in _subscriptions)
        {
            subscription.Dispose();
        }
    }
}
