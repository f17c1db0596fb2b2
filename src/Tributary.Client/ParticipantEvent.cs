// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Client;

/// <summary>Something that happened to a participant: one of the nested cases.</summary>
public abstract record ParticipantEvent
{
    private ParticipantEvent()
    {
    }

    /// <summary>The controller has assigned a combiner.</summary>
    /// <param name="Combiner">Where it is.</param>
    /// <param name="ClientId">The id that this participant goes by.</param>
    public sealed record Assigned(Uri Combiner, string ClientId) : ParticipantEvent;

    /// <summary>The combiner has accepted the task stream.</summary>
    public sealed record Connected : ParticipantEvent;

    /// <summary>The server is not reached, or has ended the task stream.</summary>
    /// <param name="Reason">What is known of the reason.</param>
    /// <param name="RetryAfter">The wait before the next try.</param>
    public sealed record Disconnected(string Reason, TimeSpan RetryAfter) : ParticipantEvent;

    /// <summary>Work on a task begins.</summary>
    /// <param name="Kind">What is asked for.</param>
    /// <param name="ModelId">The model to work on.</param>
    /// <param name="RoundId">The round; empty for a validation.</param>
    public sealed record TaskStarted(TaskKind Kind, string ModelId, string RoundId) : ParticipantEvent;

    /// <summary>A task is done and the server has taken its result.</summary>
    /// <param name="Kind">What was asked for.</param>
    /// <param name="ModelId">The model that was worked on.</param>
    /// <param name="RoundId">The round; empty for a validation.</param>
    /// <param name="Response">What the server said to the result, for people.</param>
    public sealed record TaskCompleted(TaskKind Kind, string ModelId, string RoundId, string Response) : ParticipantEvent;

    /// <summary>A task has failed; the participant waits for the next.</summary>
    /// <param name="Kind">What was asked for.</param>
    /// <param name="ModelId">The model to work on.</param>
    /// <param name="RoundId">The round; empty for a validation.</param>
    /// <param name="Error">Why.</param>
    public sealed record TaskFailed(TaskKind Kind, string ModelId, string RoundId, Exception Error) : ParticipantEvent;
}
