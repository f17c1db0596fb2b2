// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tributary.Client;
using Tributary.Protocol.Rest;

namespace Tributary.Commands;

/// <summary>A session with its rounds, as the commands print it.</summary>
internal sealed record SessionReport(string SessionId, string Name, string Status, IReadOnlyList<RoundReport> Rounds);

/// <summary>A session in a list, as the commands print it; with its current round and the number of its rounds while it runs.</summary>
internal sealed record SessionEntry(string SessionId, string Name, string Status, int? Round, int? Rounds);

/// <summary>A round, as the commands print it.</summary>
internal sealed record RoundReport(
    string RoundId, string Status, string? ModelId, int Updates, int RefusedUpdates, double Examples, long Bytes, double Seconds, string? Error)
{
    public static RoundReport Of(RoundSummary round) => new(
        round.RoundId,
        round.Status,
        round.ModelId,
        round.Updates,
        round.RefusedUpdates,
        round.Examples,
        round.UploadedBytes,
        round.Duration.TotalSeconds,
        round.Error);
}

/// <summary>A model, as the commands print it.</summary>
internal sealed record ModelReport(
    string ModelId,
    string Name,
    string? ParentModel,
    string? SessionId,
    string? RoundId,
    string? Format,
    long? Length,
    string? Sha256,
    DateTimeOffset CommittedAt)
{
    public static ModelReport Of(ModelSummary model) => new(
        model.ModelId,
        model.Name,
        model.ParentModelId,
        model.SessionId,
        model.RoundId,
        model.Format,
        model.Length,
        model.Sha256,
        model.CommittedAt);
}

/// <summary>An uploaded model, as the commands print it.</summary>
internal sealed record UploadReport(string ModelId);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(SessionReport))]
[JsonSerializable(typeof(UploadReport))]
[JsonSerializable(typeof(IEnumerable<SessionEntry>))]
[JsonSerializable(typeof(IEnumerable<ModelReport>))]
internal sealed partial class CommandJson : JsonSerializerContext;

/// <summary>The output of commands, for people or as JSON.</summary>
internal static class ConsoleOutput
{
    public static void Print(TextWriter output, SessionReport session, bool json)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(session, CommandJson.Default.SessionReport));
            return;
        }

        output.WriteLine($"session: {session.SessionId}");
        output.WriteLine($"name: {session.Name}");
        output.WriteLine($"status: {session.Status}");
        foreach (var round in session.Rounds)
        {
            output.WriteLine(Line(round));
        }
    }

    public static void Print(TextWriter output, IReadOnlyList<SessionEntry> sessions, bool json)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(sessions, CommandJson.Default.IEnumerableSessionEntry));
            return;
        }

        foreach (var session in sessions)
        {
            var progress = session.Round is { } round ? string.Create(CultureInfo.InvariantCulture, $"{round} of {session.Rounds}") : "";
            output.WriteLine($"{session.SessionId}  {session.Status,-10}  {progress,-10}  {session.Name}");
        }
    }

    public static void Print(TextWriter output, IReadOnlyList<ModelSummary> models, bool json)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(models.Select(ModelReport.Of), CommandJson.Default.IEnumerableModelReport));
            return;
        }

        foreach (var model in models)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{model.ModelId}  {model.CommittedAt:u}  {model.Length,12}  {model.Name}"));
        }
    }

    public static void PrintUpload(TextWriter output, string modelId, bool json) =>
        output.WriteLine(json ? JsonSerializer.Serialize(new UploadReport(modelId), CommandJson.Default.UploadReport) : modelId);

    public static string Line(RoundReport round) => string.Create(
        CultureInfo.InvariantCulture,
        $"round {round.RoundId}: {round.Status}, {round.Updates} updates, {round.Bytes} bytes, {round.Seconds:0.000} s, {round.ModelId ?? round.Error ?? "no model yet"}");
}
