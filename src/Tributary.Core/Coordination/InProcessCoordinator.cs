// SPDX-License-Identifier: Apache-2.0

using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Tributary.Core.Coordination;

/// <summary>The coordinator that runs the work of every key in this process, side by side: no activation waits for another.</summary>
public sealed partial class InProcessCoordinator(IEpochStore epochs, TimeProvider time, ILogger<InProcessCoordinator> logger) : ICoordinator
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    // A key is in it from its activation to the end of its work, so that it is activated once at a time.
    private readonly Dictionary<CoordinationKey, Activation> _activations = [];
    private readonly Channel<Activation> _activated = Channel.CreateUnbounded<Activation>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock _lock = new();

    /// <inheritdoc/>
    public ValueTask ActivateAsync(CoordinationKey key, CancellationToken cancellationToken)
    {
        Activate(key, isRequest: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs until cancelled: what the stores hold as unfinished, and every key that is activated.</summary>
    /// <param name="works">The work of each kind of keys that this process does.</param>
    /// <param name="cancellationToken">Stops all work; it continues at the next start.</param>
    public async Task RunAsync(IEnumerable<IKeyedWork> works, CancellationToken cancellationToken)
    {
        var byKind = works.ToDictionary(work => work.Kind);
        var running = byKind.Values.Select(work => ResumeAsync(work, cancellationToken)).ToList();
        try
        {
            while (await _activated.Reader.WaitToReadAsync(cancellationToken))
            {
                while (_activated.Reader.TryRead(out var activation))
                {
                    running.RemoveAll(task => task.IsCompletedSuccessfully);
                    running.Add(RunAsync(byKind[activation.Key.Kind], activation, cancellationToken));
                }
            }
        }
        finally
        {
            await Task.WhenAll(running);
        }
    }

    private void Activate(CoordinationKey key, bool isRequest)
    {
        lock (_lock)
        {
            if (!_activations.TryGetValue(key, out var active))
            {
                _activations.Add(key, active = new Activation(key));
                _activated.Writer.TryWrite(active);
            }
            else if (isRequest)
            {
                active.Signal();
            }
        }
    }

    private Task ResumeAsync(IKeyedWork work, CancellationToken cancellationToken) => RetryAsync(
        work.Kind,
        async () =>
        {
            foreach (var key in await work.ListUnfinishedAsync(cancellationToken))
            {
                // Nothing has changed: one that is active needs no signal.
                Activate(key, isRequest: false);
            }
        },
        cancellationToken);

    private async Task RunAsync(IKeyedWork work, Activation activation, CancellationToken cancellationToken)
    {
        var name = activation.Key.ToString();
        try
        {
            await RetryAsync(
                name,
                async () =>
                {
                    var requests = activation.Requests;
                    activation.Epoch = await epochs.AcquireAsync(activation.Key, cancellationToken);
                    activation.Confirm(requests);
                },
                cancellationToken);
            do
            {
                await RetryAsync(name, () => work.RunAsync(activation, cancellationToken), cancellationToken);
            }
            while (!TryEnd(activation));
        }
        catch (EpochLostException lost)
        {
            LogEpochLost(lost, name);
            if (EndLost(activation))
            {
                await ActivateAsync(activation.Key, cancellationToken);
            }
        }
    }

    /// <summary>Ends an activation, unless it has been signalled since its work last looked.</summary>
    private bool TryEnd(Activation activation)
    {
        lock (_lock)
        {
            return !activation.TryTakeSignal() && _activations.Remove(activation.Key);
        }
    }

    /// <summary>Ends an activation without an epoch; returns whether its key has been asked for meanwhile, which takes another activation.</summary>
    /// <remarks>
    /// That its work has taken the signal does not count: the loss may have come first, and the activation elsewhere may have ended before the
    /// request. Without one, the epoch stays where it is.
    /// </remarks>
    private bool EndLost(Activation activation)
    {
        lock (_lock)
        {
            _activations.Remove(activation.Key);
            return activation.HasOpenRequests;
        }
    }

    /// <summary>Repeats an action until it succeeds or its epoch is lost: a failing store costs the key time, and other keys nothing.</summary>
    private async Task RetryAsync(string name, Func<Task> action, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await action();
                return;
            }
            catch (Exception error) when (error is not EpochLostException && !(error is OperationCanceledException && cancellationToken.IsCancellationRequested))
            {
                LogInterrupted(error, name);
                await Task.Delay(RetryDelay, time, cancellationToken);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The work on {Subject} was interrupted by an error; it resumes in a few seconds")]
    private partial void LogInterrupted(Exception error, string subject);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The work on {Subject} has ended here, because it continues elsewhere")]
    private partial void LogEpochLost(Exception error, string subject);
}
