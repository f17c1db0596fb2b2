// SPDX-License-Identifier: Apache-2.0

using System.Text;
using Tributary.Core;
using Tributary.Core.Updates;

namespace Tributary.Fuzz.Targets;

/// <summary>The metadata of an update: whatever a client sends, they are refused with a reason or are usable numbers.</summary>
internal static class UpdateMetadataDecode
{
    private static readonly ClientId Client = ClientId.Parse("fuzz");

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        foreach (var offer in new[] { new UpdateSubmission(Client, "u", text, ""), new UpdateSubmission(Client, "u", """{"training_metadata":{"num_examples":1}}""", text) })
        {
            var (metadata, error) = UpdateMetadata.Read(offer);
            var usable = metadata.Round >= 1 && metadata.Examples > 0 && double.IsFinite(metadata.Examples);
            if (usable == error is not null || error is { Reason.Length: 0 })
            {
                throw new InvalidOperationException($"{metadata} with {error}");
            }
        }
    }
}
