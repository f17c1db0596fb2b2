// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Simulation.Tests;

/// <summary>
/// Owns the one thread and the one clock. What is due at the same moment runs in an order that the seed decides, as a thread pool would
/// run it in any.
/// </summary>
internal sealed class Scheduler(int seed)
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<(SimulatedProcess Process, Action Action), (long Due, int Order, long Number)> _queue = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _number;
    private volatile string? _strayed;

    public Random Random { get; } = new(seed);

    /// <summary>Since the start.</summary>
    public TimeSpan Elapsed { get; private set; }

    public DateTimeOffset Now => Start + Elapsed;

    public int Steps { get; private set; }

    public void Enqueue(SimulatedProcess process, TimeSpan delay, Action action)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            // Work that leaves the thread cannot be replayed: something does not come back to its context.
            _strayed ??= Environment.StackTrace;
            return;
        }

        _queue.Enqueue((process, action), ((Elapsed + delay).Ticks, Random.Next(), _number++));
    }

    /// <summary>Runs what is due next. False when nothing is left.</summary>
    public bool Step()
    {
        if (_strayed is { } stack)
        {
            throw new InvalidOperationException($"Work came from another thread:\n{stack}");
        }

        if (!_queue.TryDequeue(out var next, out var priority))
        {
            return false;
        }

        Elapsed = TimeSpan.FromTicks(priority.Due);
        Steps++;
        if (!next.Process.IsDead)
        {
            var outer = SynchronizationContext.Current;
            SynchronizationContext.SetSynchronizationContext(next.Process);
            try
            {
                next.Action();
            }
            finally
            {
                SynchronizationContext.SetSynchronizationContext(outer);
            }
        }

        return true;
    }

    /// <summary>True so often.</summary>
    public bool Chance(double probability) => Random.NextDouble() < probability;

    /// <summary>Any time up to <paramref name="max"/>.</summary>
    public TimeSpan Delay(TimeSpan max) => max * Random.NextDouble();
}
