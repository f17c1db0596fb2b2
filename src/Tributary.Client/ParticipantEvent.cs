// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Client;

/// <summary>An event of a participant: one of the nested cases.</summary>
public abstract record ParticipantEvent
{
    private ParticipantEvent()
    {
    }

    /// <summary>The assignment of a combiner by the controller.</summary>
    /// <param name="Combiner">The address of the combiner.</param>
    /// <param name="ClientId">The id by which the federation knows this participant.</param>
    public sealed record Assigned(Uri Combiner, string ClientId) : ParticipantEvent;

    /// <summary>The acceptance of the task stream by the combiner.</summary>
    public sealed record Connected : ParticipantEvent;

    /// <summary>The loss of the server, which cannot be reached or has ended the task stream.</summary>
    /// <param name="Reason">The reason, as far as it is known.</param>
    /// <param name="RetryAfter">The wait before the next try.</param>
    public sealed record Disconnected(string Reason, TimeSpan RetryAfter) : ParticipantEvent;

    /// <summary>The start of work on a task.</summary>
    /// <param name="Kind">The kind of the task.</param>
    /// <param name="ModelId">The id of the model to work on.</param>
    /// <param name="RoundId">The id of the round; empty for a validation.</param>
    public sealed record TaskStarted(TaskKind Kind, string ModelId, string RoundId) : ParticipantEvent;

    /// <summary>The completion of a task whose result the server has taken.</summary>
    /// <param name="Kind">The kind of the task.</param>
    /// <param name="ModelId">The id of the model that was worked on.</param>
    /// <param name="RoundId">The id of the round; empty for a validation.</param>
    /// <param name="Response">The server's answer to the result, as a text for people.</param>
    public sealed record TaskCompleted(TaskKind Kind, string ModelId, string RoundId, string Response) : ParticipantEvent;

    /// <summary>The failure of a task; the participant waits for the next.</summary>
    /// <param name="Kind">The kind of the task.</param>
    /// <param name="ModelId">The id of the model to work on.</param>
    /// <param name="RoundId">The id of the round; empty for a validation.</param>
    /// <param name="Error">The exception that ended the task.</param>
    public sealed record TaskFailed(TaskKind Kind, string ModelId, string RoundId, Exception Error) : ParticipantEvent;
}
