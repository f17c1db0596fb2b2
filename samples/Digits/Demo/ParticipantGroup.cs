// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Tributary.Client;

namespace Tributary.Samples.Digits.Demo;

/// <summary>The demo's participants, each with its own images and its own connection.</summary>
internal sealed class ParticipantGroup : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Task> _running = [];

    /// <summary>Creates the participants, the first of them poisoned, and connects them to the controller.</summary>
    public ParticipantGroup(DigitFederation federation, Uri controller, int seed, int attackers)
    {
        for (var i = 0; i < federation.Shares.Count; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"participant-{i + 1:000}");
            var options = new ParticipantOptions
            {
                Controller = controller,
                Name = name,
                ClientId = name,
                Random = new Random(unchecked(seed + i)),
                Progress = new Watch(name, _failure),
            };
            _running.Add(new Participant(options, federation.Trainer(i, isPoisoned: i < attackers)).RunAsync(_stopping.Token));
        }
    }

    /// <summary>Waits until a participant fails, and throws its exception: a demo does not continue without it.</summary>
    public async Task FailureAsync()
    {
        var first = await Task.WhenAny([_failure.Task, .. _running]);
        await first;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private sealed class Watch(string name, TaskCompletionSource failure) : IProgress<ParticipantEvent>
    {
        public void Report(ParticipantEvent value)
        {
            if (value is ParticipantEvent.TaskFailed failed)
            {
                failure.TrySetException(new DemoException($"{name} failed: {failed.Error.Message}", failed.Error));
            }
        }
    }
}
