// SPDX-License-Identifier: Apache-2.0

using System.Text;
using Tributary.Combiner.Updates;
using Tributary.Core;


namespace Tributary.Fuzz.Targets;

/// <summary>The metadata of an update: whatever a client sends, they are refused with a reason or are usable numbers.</summary>
internal static class UpdateMetadataDecode
{
    private static readonly ClientId Client = ClientId.Parse("fuzz");

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        foreach (var (meta, config) in new[] { (text, ""), ("""{"training_metadata":{"num_examples":1}}""", text) })
        {
            var submission = UpdateMetadata.Read(Client, "u", meta, config);
            var usable = submission.Round >= 1 && submission.Examples > 0 && double.IsFinite(submission.Examples);
            if (usable == submission.Error is not null || submission.Error is { Reason.Length: 0 })
            {
                throw new InvalidOperationException($"{submission}");
            }
        }
    }
}
