// SPDX-License-Identifier: Apache-2.0

using Tributary.Protocol.Rest;

namespace Tributary.Client;

/// <summary>A round, with the reports of its combiners added up.</summary>
public sealed record RoundSummary
{
    /// <summary>The number of the round.</summary>
    public required string RoundId { get; init; }

    /// <summary>
    /// The status: <c>Pending</c>; <c>Success</c> or <c>Finished</c> with a model; <c>Failed</c> or <c>Terminated</c> without one.
    /// </summary>
    public required string Status { get; init; }

    /// <summary>The reason for having no model; null when the round has one, or has not ended.</summary>
    public string? Error { get; init; }

    /// <summary>The id of the session.</summary>
    public required string SessionId { get; init; }

    /// <summary>The id of the model that the round trained from.</summary>
    public required string ParentModelId { get; init; }

    /// <summary>The id of the model that the round made; null without one.</summary>
    public string? ModelId { get; init; }

    /// <summary>The number of updates in the model.</summary>
    public int Updates { get; init; }

    /// <summary>The number of refused updates.</summary>
    public int RefusedUpdates { get; init; }

    /// <summary>The number of examples that the updates were trained on.</summary>
    public double Examples { get; init; }

    /// <summary>The number of bytes that participants uploaded.</summary>
    public long UploadedBytes { get; init; }

    /// <summary>The time from the tasks to the aggregate.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>True when the round has ended.</summary>
    public bool HasEnded => Status is not "Pending";

    internal static RoundSummary Of(RoundResponse round) => new()
    {
        RoundId = round.RoundId,
        Status = round.Status,
        Error = round.Error,
        SessionId = round.RoundConfig?.SessionId ?? "",
        ParentModelId = round.RoundConfig?.ModelId ?? "",
        ModelId = round.Combiners.Select(c => c.ModelId).FirstOrDefault(id => id is not null),
        Updates = round.Combiners.Sum(c => c.Updates?.AggregationTimes?.AggregatedModels ?? 0),
        RefusedUpdates = round.Combiners.Sum(c => c.Updates?.Refused ?? 0),
        Examples = round.Combiners.Sum(c => c.Updates?.Examples ?? 0),
        UploadedBytes = round.Combiners.Sum(c => c.Updates?.Bytes ?? 0),
        Duration = TimeSpan.FromSeconds(round.Combiners.Select(c => c.TotalTime).DefaultIfEmpty().Max()),
    };
}
