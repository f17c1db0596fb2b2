// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Reports;
using Tributary.Core.Rounds;
using Tributary.Core.Sessions;

namespace Tributary.Storage.Metadata;

/// <summary>A row: numbered in the order of insertion, which is the order of lists.</summary>
internal abstract class Row
{
    public long Sequence { get; set; }

    public required DateTimeOffset At { get; set; }
}

internal sealed class ClientRow : Row
{
    public required string ClientId { get; set; }

    public required string Name { get; set; }

    public string? Combiner { get; set; }

    public string? PreferredCombiner { get; set; }

    public string? Address { get; set; }

    public required string Status { get; set; }

    public string? Package { get; set; }
}

internal sealed class ModelRow : Row
{
    public required string ModelId { get; set; }

    public required string Name { get; set; }

    public string? Parent { get; set; }

    public string? SessionId { get; set; }

    public long? Round { get; set; }

    public required string Format { get; set; }

    public required long Length { get; set; }

    public required string Sha256 { get; set; }
}

internal sealed class SessionRow : Row
{
    public required string SessionId { get; set; }

    public required string Name { get; set; }

    public required SessionStatus Status { get; set; }

    public string? SeedModel { get; set; }

    /// <summary>A <see cref="SessionConfig"/> as JSON.</summary>
    public required string Config { get; set; }

    public required DateTimeOffset UpdatedAt { get; set; }
}

internal sealed class RunRow : Row
{
    public required string RunId { get; set; }

    public required string SessionId { get; set; }

    public required string Model { get; set; }

    public required int Rounds { get; set; }

    public required double RoundTimeout { get; set; }

    public string? ModelNamePrefix { get; set; }

    /// <summary>Client ids as a JSON array.</summary>
    public required string Clients { get; set; }

    public DateTimeOffset? CompletedAt { get; set; }

    public string? CompletedModel { get; set; }
}

/// <summary>A round; its number is its own, so that it survives the removal of rows.</summary>
internal sealed class RoundRow
{
    public required long Number { get; set; }

    public required DateTimeOffset At { get; set; }

    public string? RunId { get; set; }

    public required int Index { get; set; }

    public required string SessionId { get; set; }

    public required RoundStatus Status { get; set; }

    /// <summary>A <see cref="RoundPlan"/> as JSON.</summary>
    public required string Plan { get; set; }

    public required string Output { get; set; }

    public DateTimeOffset? ClosedAt { get; set; }

    /// <summary>A list of <see cref="CombinerReport"/> as JSON.</summary>
    public required string Combiners { get; set; }

    /// <summary>A <see cref="RoundTimes"/> as JSON.</summary>
    public string? Times { get; set; }

    public string? Error { get; set; }
}

internal sealed class SelectionRow
{
    public required long Round { get; set; }

    public required string Combiner { get; set; }

    /// <summary>Client ids as a JSON array.</summary>
    public required string Clients { get; set; }

    public required DateTimeOffset Deadline { get; set; }
}

internal sealed class UploadRow
{
    public required string UploadId { get; set; }

    public string? Owner { get; set; }

    public required long Length { get; set; }

    public required string Sha256 { get; set; }

    public required DateTimeOffset At { get; set; }
}

/// <summary>A line of the ledger.</summary>
internal sealed class UpdateRow
{
    public required long Round { get; set; }

    public required string ClientId { get; set; }

    public required string UploadId { get; set; }

    public required double Weight { get; set; }

    public double? Loss { get; set; }

    public required long Bytes { get; set; }

    public required DateTimeOffset At { get; set; }
}

internal sealed class LeaderRow
{
    public required string Name { get; set; }

    public required long Epoch { get; set; }
}

internal sealed class SettingRow
{
    public required string Key { get; set; }

    public required string Value { get; set; }
}

internal abstract class ReportRow : Row
{
    public required string ReportId { get; set; }

    public string? ClientId { get; set; }

    /// <summary>A <see cref="ReportSender"/> as JSON.</summary>
    public string? Sender { get; set; }

    public required string SessionId { get; set; }
}

internal sealed class StatusRow : ReportRow
{
    public required string Status { get; set; }

    public required string LogLevel { get; set; }

    public required string Type { get; set; }

    public required string Data { get; set; }

    public required string Extra { get; set; }

    public required string CorrelationId { get; set; }
}

internal sealed class ValidationRow : ReportRow
{
    public required string Model { get; set; }

    public required string Data { get; set; }

    public required string CorrelationId { get; set; }

    public required string Meta { get; set; }

    /// <summary>A <see cref="ReportSender"/> as JSON.</summary>
    public string? Receiver { get; set; }
}

internal sealed class ValueRow : ReportRow
{
    public required ValueKind Kind { get; set; }

    public required string Key { get; set; }

    public double? Number { get; set; }

    public string? Text { get; set; }

    public long? Step { get; set; }

    public required string Model { get; set; }

    public required string Round { get; set; }
}
