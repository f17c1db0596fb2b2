// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Combiners;

namespace Tributary.Core.Clients;

/// <summary>What a client is asked to do.</summary>
public enum ClientTaskKind
{
    /// <summary>Train from a model and send an update.</summary>
    Train,

    /// <summary>Measure a model and send the figures.</summary>
    Validate,
}

/// <summary>A task for one client.</summary>
public sealed record ClientTask
{
    /// <summary>What to do.</summary>
    public required ClientTaskKind Kind { get; init; }

    /// <summary>Who does it.</summary>
    public required ClientId Client { get; init; }

    /// <summary>Identifies the task in the answer.</summary>
    public required string CorrelationId { get; init; }

    /// <summary>The round that it belongs to.</summary>
    public required long Round { get; init; }

    /// <summary>The session, as the client sees it.</summary>
    public required string Session { get; init; }

    /// <summary>The model to work on.</summary>
    public required ModelId Model { get; init; }

    /// <summary>The plan of the round that is trained for; null for a validation.</summary>
    public RoundPlan? Plan { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>A client that is connected and alive.</summary>
public readonly record struct ActiveClient(ClientId Id, string Name);
