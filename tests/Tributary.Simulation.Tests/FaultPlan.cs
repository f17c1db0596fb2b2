// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Simulation.Tests;

/// <summary>How bad it is: probabilities, each with a limit so that a run comes to its end.</summary>
internal sealed record FaultPlan
{
    /// <summary>That the server dies at an operation of a store, before or after its effect.</summary>
    public double Crash { get; init; }

    public int MaxCrashes { get; init; }

    /// <summary>That an operation of a store fails, before or after its effect.</summary>
    public double StoreFault { get; init; }

    public int MaxStoreFaults { get; init; }

    /// <summary>That a request or an answer is lost; the caller sees its connection break.</summary>
    public double Loss { get; init; }

    /// <summary>That a request arrives twice.</summary>
    public double Duplicate { get; init; }

    /// <summary>That a task stream breaks, at each task.</summary>
    public double Disconnect { get; init; }

    /// <summary>That a client answers a task with something unusable.</summary>
    public double Misbehave { get; init; }

    /// <summary>That a client dies over a task and never answers.</summary>
    public double Death { get; init; }

    /// <summary>That a client takes several times as long over a task.</summary>
    public double Slow { get; init; }

    /// <summary>That a client whose update counts makes another one for the same task.</summary>
    public double Resubmit { get; init; }

    /// <summary>Whether the direct rounds are stopped after the last of them has started.</summary>
    public bool IsStopped { get; init; }

    /// <summary>When the researcher ends the first session before its rounds are done, counted from its start; null lets it run.</summary>
    public TimeSpan? Termination { get; init; }

    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan Training { get; init; } = TimeSpan.FromSeconds(10);

    public double RoundTimeout { get; init; } = 30;

    public int BufferSize { get; init; } = -1;

    public static FaultPlan Calm { get; } = new();

    /// <summary>No update is lost for good: crashes, breaks and repeats, and time enough for everybody.</summary>
    public static FaultPlan Rough { get; } = new()
    {
        Crash = 0.01,
        MaxCrashes = 6,
        Loss = 0.05,
        Duplicate = 0.1,
        Disconnect = 0.1,
        RoundTimeout = 3600,
    };

    /// <summary>Every kind of trouble, each in its own measure.</summary>
    public static FaultPlan Any(Random random) => new()
    {
        Crash = random.Next(3) == 0 ? 0 : random.NextDouble() * 0.02,
        MaxCrashes = random.Next(6),
        StoreFault = random.Next(2) == 0 ? 0 : random.NextDouble() * 0.02,
        MaxStoreFaults = random.Next(8),
        Loss = random.NextDouble() * 0.1,
        Duplicate = random.NextDouble() * 0.2,
        Disconnect = random.NextDouble() * 0.2,
        Misbehave = random.Next(2) == 0 ? 0 : random.NextDouble() * 0.2,
        Death = random.Next(2) == 0 ? 0 : random.NextDouble() * 0.1,
        Latency = TimeSpan.FromMilliseconds(random.Next(1, 2000)),
        Training = TimeSpan.FromSeconds(random.Next(1, 25)),
        RoundTimeout = random.Next(20, 120),
        BufferSize = random.Next(3) == 0 ? random.Next(1, 4) : -1,
        Slow = random.NextDouble() * 0.4,
        Resubmit = random.NextDouble() * 0.3,
        Termination = random.Next(4) == 0 ? TimeSpan.FromSeconds(random.Next(1, 120)) : null,
        IsStopped = random.Next(3) == 0,
    };
}
