// SPDX-License-Identifier: Apache-2.0

using Tributary.Core;
using Tributary.Core.Repository;
using Tributary.Core.Updates;
using Tributary.Numerics;
using Tributary.Repository.Documents;

namespace Tributary.Repository.Files;

/// <summary>Weights that a session of this server has left as npz, as the readers of the original load them: a pickled list of arrays.</summary>
/// <remarks>Decoded in a file and written to another, so that neither has to fit into memory; both are gone with the answer.</remarks>
internal sealed class PickledWeights(IRepositoryStore store, IUpdateSpool spool, IdSource ids)
{
    public static bool AreIn(RepositoryEntry entry) =>
        ((LooseValue.Map)LooseReader.Read(entry.Document)).Entries.GetValueOrDefault(TrainingResults.WeightsFormatField) is LooseValue.Text { Value: TrainingResults.WeightsFormat };

    /// <summary>The pickle in the place of the file, which is closed; the file itself when it holds something else, which somebody has put there.</summary>
    public async ValueTask<RepositoryContent> ConvertAsync(RepositoryContent content, CancellationToken cancellationToken)
    {
        try
        {
            var pickle = await WriteAsync(content, cancellationToken);
            await content.Stream.DisposeAsync();
            return pickle;
        }
        catch (Exception other) when (other is ParameterFormatException or ArgumentException)
        {
            content.Stream.Position = 0;
            return content;
        }
    }

    private async ValueTask<RepositoryContent> WriteAsync(RepositoryContent content, CancellationToken cancellationToken)
    {
        using var source = ByteSource.FromStream(content.Stream, content.Stream.Length);
        using var reader = ParameterCodecs.Get(TrainingResults.WeightsFormat).Open(source, new DecodeLimits { MaxTotalBytes = long.MaxValue });
        using var decoded = PassingParameters.Decode(
            spool, $"weights.{ids.Next()}", reader, new DecodeOptions { RequireFinite = false }, cancellationToken);
        await using var pickle = await store.BeginUploadAsync(cancellationToken);
        ParameterCodecs.Pickle.Write(decoded.Values, pickle.Stream, cancellationToken);
        var (length, sha256) = pickle.Describe();
        return new RepositoryContent(content.File with { Length = length, Sha256 = sha256 }, pickle.OpenRead());
    }
}
