// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;

namespace Tributary.Core.Updates;

/// <summary>An update as a client offers it: which upload, for which round, with how many examples.</summary>
/// <param name="Client">Who sends it.</param>
/// <param name="UploadId">The id of the upload, unchecked.</param>
/// <param name="Meta">JSON text with <c>training_metadata</c> and, from most clients, <c>config</c>.</param>
/// <param name="Config">The round's configuration as the client got it, when it is not in <paramref name="Meta"/>.</param>
public sealed record UpdateSubmission(ClientId Client, string UploadId, string Meta, string Config);

/// <summary>What the metadata of an update say.</summary>
internal readonly record struct UpdateMetadata(double Examples, long Round, double? Loss = null)
{
    /// <summary>More examples than this are no count of anything: 2^53, above which float64 skips integers.</summary>
    private const double MaxExamples = 9007199254740992;

    private const string ExamplesField = "meta.training_metadata.num_examples";

    /// <summary>Reads what it can: the round stays 0 when it is not named, and the error says what is wrong with the rest.</summary>
    public static (UpdateMetadata Metadata, SubmitUpdateResult.Invalid? Error) Read(UpdateSubmission offer)
    {
        using var meta = PythonJson.TryParse(offer.Meta);
        if (meta is null || meta.RootElement.ValueKind != JsonValueKind.Object)
        {
            return (default, new("meta", "is no JSON object; expected one with training_metadata.num_examples"));
        }

        var round = ReadRound(meta.RootElement, offer.Config);
        if (round == 0)
        {
            return (default, new("meta.config", "names no round_id; expected the JSON text of the task's data"));
        }

        if (meta.RootElement.TryGetProperty("status", out var status) && status.ValueKind == JsonValueKind.String && status.ValueEquals("failed"u8))
        {
            return (new(0, round), new("meta.status", "is failed: the client could not train"));
        }

        if (!meta.RootElement.TryGetProperty("training_metadata", out var training) || training.ValueKind != JsonValueKind.Object
            || !training.TryGetProperty("num_examples", out var examples))
        {
            return (new(0, round), new(ExamplesField, "is missing; expected a number above 0"));
        }

        return PythonJson.TryReadNumber(examples, out var count) && count > 0 && count <= MaxExamples
            ? (new(count, round, ReadLoss(training)), null)
            : (new(0, round), new(ExamplesField, $"is {examples.GetRawText()}; expected a number above 0, at most 2^53"));
    }

    /// <summary>What an update without a loss is told when the strategy goes by it.</summary>
    public static SubmitUpdateResult.Invalid NoLoss(string strategy) => new(
        "meta.training_metadata.loss", $"is missing or no number; strategy {strategy} expects the loss before training, at least 0");

    private static double? ReadLoss(JsonElement training) =>
        training.TryGetProperty("loss", out var loss) && PythonJson.TryReadNumber(loss, out var value) && value >= 0 ? value : null;

    private static long ReadRound(JsonElement meta, string fallback)
    {
        var config = meta.TryGetProperty("config", out var inMeta) && inMeta.ValueKind == JsonValueKind.String ? inMeta.GetString()! : fallback;
        using var parsed = PythonJson.TryParse(config);
        return parsed is not null && parsed.RootElement.ValueKind == JsonValueKind.Object
            && parsed.RootElement.TryGetProperty("round_id", out var id) && PythonJson.TryReadNumber(id, out var round)
            && round >= 1 && round <= MaxExamples && round == Math.Floor(round)
            ? (long)round
            : 0;
    }
}
