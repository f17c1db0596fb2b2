// SPDX-License-Identifier: Apache-2.0

using Tributary.Core;
using Tributary.Core.Updates;
using Tributary.Protocol.PythonJson;

namespace Tributary.Combiner.Updates;

/// <summary>
/// The reader of an update's metadata: JSON as Python writes it, with <c>training_metadata</c> and the task's <c>config</c>.
/// </summary>
internal static class UpdateMetadata
{
    private const string ExamplesField = "meta.training_metadata.num_examples";

    /// <summary>
    /// Returns the submission as far as it can be read: the round is 0 when none is named, and the error names the first fault.
    /// </summary>
    /// <param name="client">The sender.</param>
    /// <param name="uploadId">The id of the upload, unchecked.</param>
    /// <param name="metaText">The field <c>meta</c> of the message.</param>
    /// <param name="configText">The field <c>config</c> of the message: the task's data, from clients that do not repeat it in <c>meta</c>.</param>
    public static UpdateSubmission Read(ClientId client, string uploadId, string metaText, string configText)
    {
        if (PythonJsonReader.TryReadObject(metaText, out var fault) is not { } meta)
        {
            return Refuse(configText, "meta", $"{fault}; expected a JSON object with training_metadata.num_examples");
        }

        var config = meta.Entries.GetValueOrDefault("config") is PythonJsonValue.String repeated ? repeated.Value : configText;
        var round = ReadRound(config);
        if (round == 0)
        {
            return Refuse("", "meta.config", "names no round_id; expected the JSON text of the task's data");
        }

        if (meta.Entries.GetValueOrDefault("status") is PythonJsonValue.String { Value: "failed" })
        {
            return Refuse(config, "meta.status", "is failed: the client could not train");
        }

        if (meta.Entries.GetValueOrDefault("training_metadata") is not PythonJsonValue.Object training
            || training.Entries.GetValueOrDefault("num_examples") is not { } examples)
        {
            return Refuse(config, ExamplesField, "is missing; expected a number above 0");
        }

        return PythonNumber.TryRead(examples, out var count) && count > 0 && count <= UpdateSubmission.MaxExamples
            ? new UpdateSubmission(client, uploadId, round, count, ReadLoss(training), ReadPhase(config))
            : Refuse(config, ExamplesField, $"is {PythonJsonWriter.Write(examples)}; expected a number above 0, at most 2^53");

        UpdateSubmission Refuse(string config, string field, string reason) =>
            new(client, uploadId, ReadRound(config), 0, Phase: ReadPhase(config), Error: new SubmitUpdateResult.Invalid(field, reason));
    }

    private static double? ReadLoss(PythonJsonValue.Object training) =>
        PythonNumber.TryRead(training.Entries.GetValueOrDefault("loss"), out var loss) && loss >= 0 ? loss : null;

    private static int ReadPhase(string config) => ReadNumber(config, "phase") is > 0 and <= int.MaxValue and var phase ? (int)phase : 1;

    private static long ReadRound(string config) => ReadNumber(config, "round_id");

    /// <summary>Returns a whole number above 0 of the configuration; 0 where it has none.</summary>
    private static long ReadNumber(string config, string key) =>
        PythonNumber.TryRead(PythonJsonReader.TryReadObject(config)?.Entries.GetValueOrDefault(key), out var number)
            && number >= 1 && number <= UpdateSubmission.MaxExamples && number == Math.Floor(number)
            ? (long)number
            : 0;
}
