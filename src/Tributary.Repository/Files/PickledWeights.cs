// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Options;
using Tributary.Core.Repository;
using Tributary.Core.Updates;
using Tributary.Numerics.Formats;
using Tributary.Numerics.IO;
using Tributary.Protocol.PythonJson;

namespace Tributary.Repository.Files;

/// <summary>The conversion of weights that a session stored as npz into a pickled list of arrays, for readers of the original.</summary>
/// <remarks>
/// The weights are decoded into a temporary file and written to another, so that neither has to fit into memory; both are deleted with the
/// response. A conversion takes twice the space of the weights on disk, so only a few run at a time and the others wait.
/// </remarks>
internal sealed class PickledWeights(IRepositoryStore store, ModelConverter converter, IOptions<RepositoryOptions> options) : IDisposable
{
    /// <summary>The key of a result's document that says how the server has stored its weights; callers cannot set it.</summary>
    public const string StoredFormatField = "weights_format";

    /// <summary>The format in which the server stores weights.</summary>
    public const string StoredFormat = "npz";

    private const int AtATime = 2;

    private readonly SemaphoreSlim _room = new(AtATime);
    private readonly DecodeLimits _limits = new() { MaxTotalBytes = options.Value.MaxFileBytes };

    public static bool AreIn(RepositoryEntry entry) =>
        ((PythonJsonValue.Object)PythonJsonReader.Read(entry.Document)).Entries.GetValueOrDefault(StoredFormatField) is PythonJsonValue.String { Value: StoredFormat };

    /// <summary>Converts a file to a pickle and closes it; returns the file itself when a caller has put anything else there.</summary>
    public async ValueTask<RepositoryContent> ConvertAsync(RepositoryContent content, CancellationToken cancellationToken)
    {
        var isKept = false;
        try
        {
            await _room.WaitAsync(cancellationToken);
            try
            {
                // The conversion blocks and may take long, so it does not run on the thread of a request.
                return await Task.Run(() => WriteAsync(content, cancellationToken), cancellationToken);
            }
            finally
            {
                _room.Release();
            }
        }
        catch (Exception other) when (other is ParameterFormatException or ArgumentException)
        {
            content.Stream.Position = 0;
            isKept = true;
            return content;
        }
        finally
        {
            if (!isKept)
            {
                await content.Stream.DisposeAsync();
            }
        }
    }

    public void Dispose() => _room.Dispose();

    private async Task<RepositoryContent> WriteAsync(RepositoryContent content, CancellationToken cancellationToken)
    {
        using var source = ByteSource.FromStream(content.Stream, content.Stream.Length);
        await using var pickle = await store.BeginUploadAsync(cancellationToken);
        converter.Convert(
            source,
            ParameterCodecs.Get(StoredFormat),
            _limits,
            new DecodeOptions { RequireFinite = false },
            ParameterCodecs.Pickle,
            pickle.Stream,
            cancellationToken);
        var (length, sha256) = pickle.Describe();
        return new RepositoryContent(content.File with { Length = length, Sha256 = sha256 }, pickle.OpenRead());
    }
}
