// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Client.Rest;

internal sealed class AssignmentResponse
{
    public string? Message { get; init; }

    public string? Host { get; init; }

    public string? Fqdn { get; init; }

    public int Port { get; init; }

    public string? ClientId { get; init; }

    public string? HelperType { get; init; }
}

internal sealed class MessageResponse
{
    public string? Message { get; init; }
}

internal sealed class UploadModelResponse
{
    public string? ModelId { get; init; }
}

internal sealed class ListResponse<T>
{
    public required int Count { get; init; }

    public required IReadOnlyList<T> Result { get; init; }
}

/// <summary>A round as the controller describes it, with the reports of its combiners apart.</summary>
internal sealed class RoundResponse
{
    public required string RoundId { get; init; }

    public required string Status { get; init; }

    public string? Error { get; init; }

    public RoundConfigResponse? RoundConfig { get; init; }

    public IReadOnlyList<CombinerResponse> Combiners { get; init; } = [];

    public RoundSummary ToEntry() => new()
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

internal sealed class RoundConfigResponse
{
    public string? SessionId { get; init; }

    public string? ModelId { get; init; }
}

internal sealed class CombinerResponse
{
    public string? ModelId { get; init; }

    public double TimeExecTraining { get; init; }

    public CombinerDataResponse? Data { get; init; }
}

internal sealed class CombinerDataResponse
{
    public AggregationTimeResponse? AggregationTime { get; init; }

    public long Bytes { get; init; }

    public int NrRefusedUpdates { get; init; }

    public double TotalExamples { get; init; }
}

internal sealed class AggregationTimeResponse
{
    public int NrAggregatedModels { get; init; }
}
