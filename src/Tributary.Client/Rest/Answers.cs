// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Client.Rest;

internal sealed class AssignmentAnswer
{
    public string? Message { get; init; }

    public string? Host { get; init; }

    public string? Fqdn { get; init; }

    public int Port { get; init; }

    public string? ClientId { get; init; }

    public string? HelperType { get; init; }
}

internal sealed class MessageAnswer
{
    public string? Message { get; init; }
}

internal sealed class UploadAnswer
{
    public string? ModelId { get; init; }
}

internal sealed class ListAnswer<T>
{
    public required int Count { get; init; }

    public required IReadOnlyList<T> Result { get; init; }
}

/// <summary>A round as the controller describes it, with the reports of its combiners apart.</summary>
internal sealed class RoundAnswer
{
    public required string RoundId { get; init; }

    public required string Status { get; init; }

    public string? Error { get; init; }

    public RoundSettingsAnswer? RoundConfig { get; init; }

    public IReadOnlyList<CombinerAnswer> Combiners { get; init; } = [];

    public RoundEntry ToEntry() => new()
    {
        RoundId = RoundId,
        Status = Status,
        Error = Error,
        SessionId = RoundConfig?.SessionId ?? "",
        ParentModelId = RoundConfig?.ModelId ?? "",
        ModelId = Combiners.Select(c => c.ModelId).FirstOrDefault(id => id is not null),
        Updates = Combiners.Sum(c => c.Data?.AggregationTime?.NrAggregatedModels ?? 0),
        RefusedUpdates = Combiners.Sum(c => c.Data?.NrRefusedUpdates ?? 0),
        Examples = Combiners.Sum(c => c.Data?.TotalExamples ?? 0),
        Bytes = Combiners.Sum(c => c.Data?.Bytes ?? 0),
        Duration = TimeSpan.FromSeconds(Combiners.Select(c => c.TimeExecTraining).DefaultIfEmpty().Max()),
    };
}

internal sealed class RoundSettingsAnswer
{
    public string? SessionId { get; init; }

    public string? ModelId { get; init; }
}

internal sealed class CombinerAnswer
{
    public string? ModelId { get; init; }

    public double TimeExecTraining { get; init; }

    public CombinerFigures? Data { get; init; }
}

internal sealed class CombinerFigures
{
    public AggregationFigures? AggregationTime { get; init; }

    public long Bytes { get; init; }

    public int NrRefusedUpdates { get; init; }

    public double TotalExamples { get; init; }
}

internal sealed class AggregationFigures
{
    public int NrAggregatedModels { get; init; }
}
