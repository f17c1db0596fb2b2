// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Testing.Rounds;

/// <summary>A client that adds a constant to each model and weighs as much.</summary>
public sealed class AnsweringPeer : IDisposable
{
    private readonly Workbench _bench;
    private readonly ClientId _id;
    private readonly float _increment;
    private readonly CancellationTokenSource _stop = new();
    private int _validations;

    public AnsweringPeer(Workbench bench, ClientId id, float increment)
    {
        (_bench, _id, _increment) = (bench, id, increment);
        Running = RunAsync(bench.Roster.Subscribe(id, id.Value));
    }

    /// <summary>So many of its first updates are unusable.</summary>
    public int Spoils { get; set; }

    public int Validations => Volatile.Read(ref _validations);

    private Task Running { get; }

    public void Dispose() => _stop.Cancel();

    private async Task RunAsync(TaskSubscription tasks)
    {
        try
        {
            await foreach (var task in tasks.ReadAllAsync(_stop.Token))
            {
                if (task.Kind == ClientTaskKind.Validate)
                {
                    Interlocked.Increment(ref _validations);
                    continue;
                }

                var model = NpzModel.Decode(_bench.Stores.Locked(disk => disk.ModelBytes[task.Model]));
                var bytes = Spoils-- > 0 ? NpzModel.Encode(1) : NpzModel.Encode([.. model.Select(v => v + 2)]);
                await _bench.SubmitAsync(_id.Value, bytes, _increment, $"{_id}-{task.CorrelationId}", task.Round);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
