// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Updates;

/// <summary>An update that a client submits for a round.</summary>
/// <param name="Client">The id of the sender.</param>
/// <param name="UploadId">The id of the upload that holds the parameters, unchecked.</param>
/// <param name="Round">The number of the round; 0 when the client named none.</param>
/// <param name="Examples">The number of training examples behind the update: above 0, at most <see cref="MaxExamples"/>.</param>
/// <param name="Loss">The client's loss before training, at least 0; null when the client did not state one.</param>
/// <param name="Phase">The phase of the round that the client answers, from 1.</param>
/// <param name="Error">The error in the rest of the metadata; null for none.</param>
public sealed record UpdateSubmission(
    ClientId Client, string UploadId, long Round, double Examples, double? Loss = null, int Phase = 1, SubmitUpdateResult.Invalid? Error = null)
{
    /// <summary>The highest number of examples: 2^53, above which float64 skips whole numbers.</summary>
    public const double MaxExamples = 9007199254740992;
}
