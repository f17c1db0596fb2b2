// SPDX-License-Identifier: Apache-2.0

using System.Net;
using Tributary.Client.Rest;

namespace Tributary.Client;

/// <summary>
/// Models, training results and data transformations of a repository: Tributary's, or an FL Repository of ASSIST-IoT or aerOS, whose interface
/// this is. Failures are <see cref="RepositoryException"/>. All members may be used from several threads at once.
/// </summary>
public sealed class RepositoryClient : IDisposable
{
    private readonly RepositoryConnection _connection;

    /// <summary>Makes a client; nothing is connected yet.</summary>
    /// <param name="repository">The repository, for instance <c>http://127.0.0.1:9012</c>.</param>
    /// <param name="token">A bearer token; null for none.</param>
    /// <param name="handler">Carries the requests instead of own connections; not disposed. Null for the ordinary.</param>
    /// <exception cref="ArgumentException">The address is neither http:// nor https://.</exception>
    public RepositoryClient(Uri repository, string? token = null, HttpMessageHandler? handler = null) =>
        _connection = new RepositoryConnection(repository, token, handler);

    /// <summary>Adds a model unless it is there, and stores its file, which replaces an earlier one. Streamed, never held in memory.</summary>
    /// <param name="name">Its name; without slashes, as everywhere here.</param>
    /// <param name="version">Its version; without slashes.</param>
    /// <param name="content">The bytes, from the current position to the end; stays open.</param>
    /// <param name="library">What it is made for, such as <c>keras</c> or <c>pytorch</c>; null leaves it open.</param>
    /// <param name="description">A sentence for people; null for none.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task PublishModelAsync(
        string name, string version, Stream content, string? library = null, string? description = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        var path = One("model", name, version);
        var meta = new RepositoryModelDataWish { Library = library, Description = description };
        var model = new RepositoryModelWish { ModelName = name, ModelVersion = version, Meta = meta };
        try
        {
            using var added = RestConnection.Json(model, RestJson.Default.RepositoryModelWish);
            await _connection.SendAsync(HttpMethod.Post, "model", added, cancellationToken).ConfigureAwait(false);
        }
        catch (RepositoryException taken) when (taken.Status == HttpStatusCode.BadRequest)
        {
            // It is there. If anything else was wrong, there is no model to change.
            using var changed = RestConnection.Json(meta, RestJson.Default.RepositoryModelDataWish);
            await _connection.SendAsync(HttpMethod.Put, One("model/meta", name, version), changed, cancellationToken).ConfigureAwait(false);
        }

        using var form = new MultipartFormDataContent();
        form.Add(new OpenStreamContent(content), "file", "model");
        await _connection.SendAsync(HttpMethod.Put, path, form, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Publishes a model from a file.</summary>
    /// <inheritdoc cref="PublishModelAsync"/>
    /// <param name="name">Its name.</param>
    /// <param name="version">Its version.</param>
    /// <param name="path">The file.</param>
    /// <param name="library">What it is made for, such as <c>keras</c> or <c>pytorch</c>; null leaves it open.</param>
    /// <param name="description">A sentence for people; null for none.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public async Task PublishModelFileAsync(
        string name, string version, string path, string? library = null, string? description = null, CancellationToken cancellationToken = default)
    {
        var file = OpenStreamContent.OpenFile(path);
        await using var reading = file.ConfigureAwait(false);
        await PublishModelAsync(name, version, file, library, description, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Copies the file of a model to a stream.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="version">Its version.</param>
    /// <param name="destination">Where to; stays open.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public Task DownloadModelAsync(string name, string version, Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return _connection.DownloadAsync(One("model", name, version), destination, cancellationToken);
    }

    /// <summary>What trainings of a model have led to, oldest first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="version">Its version.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public Task<IReadOnlyList<TrainingResultEntry>> ListResultsAsync(string name, string version, CancellationToken cancellationToken = default) =>
        _connection.GetAsync(One("training-results", name, version), RestJson.Default.IReadOnlyListTrainingResultEntry, default, cancellationToken);

    /// <summary>Copies the weights of a training to a stream, as they are stored. Repositories older than Tributary send them as base64.</summary>
    /// <param name="result">The training result.</param>
    /// <param name="destination">Where to; stays open.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public Task DownloadWeightsAsync(TrainingResultEntry result, Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(destination);
        var path = One("training-results/weights", result.ModelName ?? "", result.ModelVersion ?? "", result.TrainingId ?? "");
        return _connection.DownloadAsync(path, destination, cancellationToken);
    }

    /// <summary>The data transformations that the repository describes, oldest first.</summary>
    /// <param name="cancellationToken">Ends it early.</param>
    public Task<IReadOnlyList<TransformationEntry>> ListTransformationsAsync(CancellationToken cancellationToken = default) =>
        _connection.GetAsync("transformation", RestJson.Default.IReadOnlyListTransformationEntry, default, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    /// <summary>The interface takes an escaped slash for a slash: such a name can be stored, and never be found again.</summary>
    private static string One(string collection, params ReadOnlySpan<string> parts)
    {
        foreach (var part in parts)
        {
            if (part.Contains('/', StringComparison.Ordinal))
            {
                throw new ArgumentException($"'{part}' has a slash in it; expected a name or version without.", nameof(parts));
            }
        }

        return RestPaths.One(collection, parts);
    }
}
