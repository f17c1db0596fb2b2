// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Simulation.Tests;

/// <summary>A simulated process: its continuations and its timers. Once it is dead, nothing of it ever runs again.</summary>
internal sealed class SimulatedProcess(Scheduler scheduler) : SynchronizationContext
{
    public bool IsDead { get; private set; }

    public TimeProvider Time => field ??= new Clock(scheduler, this);

    public void Kill() => IsDead = true;

    public void Run(Action action) => scheduler.Enqueue(this, TimeSpan.Zero, action);

    public override void Post(SendOrPostCallback d, object? state) => scheduler.Enqueue(this, TimeSpan.Zero, () => d(state));

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException();

    private sealed class Clock(Scheduler scheduler, SimulatedProcess process) : TimeProvider
    {
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => scheduler.Now;

        public override long GetTimestamp() => scheduler.Elapsed.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer(scheduler, process, callback, state);
            timer.Change(dueTime, period);
            return timer;
        }
    }

    private sealed class Timer(Scheduler scheduler, SimulatedProcess process, TimerCallback callback, object? state) : ITimer
    {
        // A change makes what was scheduled before void.
        private int _generation;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var generation = ++_generation;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                scheduler.Enqueue(process, dueTime, () => Fire(generation, period));
            }

            return true;
        }

        public void Dispose() => _generation++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire(int generation, TimeSpan period)
        {
            if (generation != _generation)
            {
                return;
            }

            if (period > TimeSpan.Zero)
            {
                scheduler.Enqueue(process, period, () => Fire(generation, period));
            }

            callback(state);
        }
    }
}
