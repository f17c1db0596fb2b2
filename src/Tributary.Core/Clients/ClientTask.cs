// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Combiners;

namespace Tributary.Core.Clients;

public enum ClientTaskKind
{
    /// <summary>Training from a model, answered with an update.</summary>
    Train,

    /// <summary>Validation of a model, answered with its metrics.</summary>
    Validate,
}

public sealed record ClientTask
{
    public required ClientTaskKind Kind { get; init; }

    public required ClientId Client { get; init; }

    /// <summary>The id that relates the answer to the task.</summary>
    public required string CorrelationId { get; init; }

    public required long Round { get; init; }

    /// <summary>The session, as the client sees it.</summary>
    public required string Session { get; init; }

    /// <summary>The model to train from or to validate.</summary>
    public required ModelId Model { get; init; }

    /// <summary>The time at which an unanswered task is dropped; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The plan of the round that the client trains for; null for a validation.</summary>
    public RoundPlan? Plan { get; init; }

    public required DateTimeOffset At { get; init; }

    public bool IsExpired(DateTimeOffset now) => now >= ExpiresAt;
}

/// <summary>A client that is connected and alive.</summary>
/// <param name="Id">The id of the client.</param>
/// <param name="Name">The name that the client gave.</param>
/// <param name="TrainingTasks">The number of its unanswered training tasks.</param>
public readonly record struct ActiveClient(ClientId Id, string Name, int TrainingTasks = 0);
