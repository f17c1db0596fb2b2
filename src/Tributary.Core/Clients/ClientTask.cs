// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Combiners;

namespace Tributary.Core.Clients;

/// <summary>The kind of a client's task.</summary>
public enum ClientTaskKind
{
    /// <summary>Training from a model, answered with an update.</summary>
    Train,

    /// <summary>Validation of a model, answered with its metrics.</summary>
    Validate,
}

/// <summary>A task for one client.</summary>
public sealed record ClientTask
{
    /// <summary>The kind of the task.</summary>
    public required ClientTaskKind Kind { get; init; }

    /// <summary>The client that performs the task.</summary>
    public required ClientId Client { get; init; }

    /// <summary>The id that relates the answer to the task.</summary>
    public required string CorrelationId { get; init; }

    /// <summary>The number of the round that the task belongs to.</summary>
    public required long Round { get; init; }

    /// <summary>The session, as the client sees it.</summary>
    public required string Session { get; init; }

    /// <summary>The model to train from or to validate.</summary>
    public required ModelId Model { get; init; }

    /// <summary>The plan of the round that the client trains for; null for a validation.</summary>
    public RoundPlan? Plan { get; init; }

    /// <summary>The time at which the task was created.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>A client that is connected and alive.</summary>
public readonly record struct ActiveClient(ClientId Id, string Name);
