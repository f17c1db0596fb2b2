// SPDX-License-Identifier: Apache-2.0

using System.Net;
using Tributary.Client.Rest;

namespace Tributary.Client;

/// <summary>
/// A client of the models, training results and data transformations of a repository: Tributary's, or an FL Repository of ASSIST-IoT or
/// aerOS, whose interface this is. Failures throw <see cref="RepositoryException"/>. All members may be used from several threads at once.
/// </summary>
/// <remarks>
/// Names, versions and ids must not be empty or contain a slash: the interface could store them, and never find them again.
/// </remarks>
public sealed class RepositoryClient : IDisposable
{
    private readonly RepositoryConnection _connection;

    /// <summary>Creates a client; no connection is made yet.</summary>
    /// <param name="repository">The address of the repository, for instance <c>http://127.0.0.1:9012</c>.</param>
    /// <param name="token">A bearer token; null for none.</param>
    /// <param name="handler">The handler that carries the requests instead of own connections; not disposed. Null for the default.</param>
    /// <param name="allowTokenOverHttp">True to send the token over plain http beyond loopback too, where the network can read it. Default: false.</param>
    /// <exception cref="ArgumentException">The address is neither http:// nor https://, or the token may not be sent to it.</exception>
    public RepositoryClient(Uri repository, string? token = null, HttpMessageHandler? handler = null, bool allowTokenOverHttp = false) =>
        _connection = new RepositoryConnection(repository, token, handler, allowTokenOverHttp);

    /// <summary>
    /// Adds a model unless it exists, and stores its file, which replaces an earlier one. The file is streamed, never held in memory;
    /// exceptions of the stream are passed on.
    /// </summary>
    /// <param name="name">The name of the model.</param>
    /// <param name="version">The version of the model.</param>
    /// <param name="content">The bytes, from the current position to the end; stays open.</param>
    /// <param name="library">The library that the model is for, for example <c>keras</c> or <c>pytorch</c>; null leaves it open.</param>
    /// <param name="description">
    /// The description for people; null for none. If the model exists, library and description stay as they are unless one of them is
    /// given; then both are replaced, after the file.
    /// </param>
    /// <param name="cancellationToken">Cancels the operation; the model may exist by then, with or without the file.</param>
    /// <exception cref="ArgumentException">The name or the version is not valid.</exception>
    public async Task PublishModelAsync(
        string name,
        string version,
        Stream content,
        string? library = null,
        string? description = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        var (path, metaPath) = (One("model", (name, nameof(name)), (version, nameof(version))), RestPaths.One("model/meta", name, version));
        var meta = new AddModelMetaRequest { Library = library, Description = description };
        var isAdded = await TryAddAsync(new() { ModelName = name, ModelVersion = version, Meta = meta }, cancellationToken).ConfigureAwait(false);
        await _connection.UploadAsync(HttpMethod.Put, path, content, null, static (_, _) => Task.FromResult(true), cancellationToken).ConfigureAwait(false);
        if (!isAdded && (library is not null || description is not null))
        {
            await _connection
                .SendJsonAsync(HttpMethod.Put, metaPath, meta, RepositoryJson.Default.AddModelMetaRequest, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <summary>Publishes a model from a file.</summary>
    /// <inheritdoc cref="PublishModelAsync"/>
    /// <param name="name">The name of the model.</param>
    /// <param name="version">The version of the model.</param>
    /// <param name="path">The path of the file.</param>
    /// <param name="library">The library that the model is for, for example <c>keras</c> or <c>pytorch</c>; null leaves it open.</param>
    /// <param name="description">The description for people; null for none.</param>
    /// <param name="cancellationToken">Cancels the operation; the model may exist by then, with or without the file.</param>
    /// <exception cref="ArgumentException">The name or the version is not valid.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public async Task PublishModelFileAsync(
        string name,
        string version,
        string path,
        string? library = null,
        string? description = null,
        CancellationToken cancellationToken = default)
    {
        var file = OpenStreamContent.OpenFile(path);
        await using var reading = file.ConfigureAwait(false);
        await PublishModelAsync(name, version, file, library, description, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Copies the file of a model to a stream.</summary>
    /// <param name="name">The name of the model.</param>
    /// <param name="version">The version of the model.</param>
    /// <param name="destination">The stream to write to; stays open. Its exceptions are passed on.</param>
    /// <param name="cancellationToken">Cancels the download; the stream keeps what was written.</param>
    /// <exception cref="ArgumentException">The name or the version is not valid.</exception>
    public Task DownloadModelAsync(string name, string version, Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return _connection.DownloadAsync(One("model", (name, nameof(name)), (version, nameof(version))), destination, cancellationToken);
    }

    /// <summary>Lists the results of the trainings of a model, oldest first; none when the model does not exist.</summary>
    /// <param name="name">The name of the model.</param>
    /// <param name="version">The version of the model.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <exception cref="ArgumentException">The name or the version is not valid.</exception>
    public IAsyncEnumerable<TrainingResultSummary> ListTrainingResultsAsync(string name, string version, CancellationToken cancellationToken = default) =>
        _connection.ListAsync(
            One("training-results", (name, nameof(name)), (version, nameof(version))), RepositoryJson.Default.TrainingResultSummary, cancellationToken);

    /// <summary>Copies the weights of a training to a stream, as they are stored. Repositories older than Tributary send them as base64.</summary>
    /// <param name="name">The name of the model.</param>
    /// <param name="version">The version of the model.</param>
    /// <param name="trainingId">The id of the training.</param>
    /// <param name="destination">The stream to write to; stays open. Its exceptions are passed on.</param>
    /// <param name="cancellationToken">Cancels the download; the stream keeps what was written.</param>
    /// <exception cref="ArgumentException">The name, the version or the id is not valid.</exception>
    public Task DownloadWeightsAsync(
        string name, string version, string trainingId, Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var path = One("training-results/weights", (name, nameof(name)), (version, nameof(version)), (trainingId, nameof(trainingId)));
        return _connection.DownloadAsync(path, destination, cancellationToken);
    }

    /// <summary>Lists the data transformations that the repository describes, oldest first.</summary>
    /// <param name="cancellationToken">Cancels the request.</param>
    public IAsyncEnumerable<TransformationSummary> ListTransformationsAsync(CancellationToken cancellationToken = default) =>
        _connection.ListAsync("transformation", RepositoryJson.Default.TransformationSummary, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private static string One(string collection, params ReadOnlySpan<(string Value, string Parameter)> parts)
    {
        var values = new string[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            var (value, parameter) = parts[i];
            values[i] = value is { Length: > 0 } and not ("." or "..") && !value.Contains('/', StringComparison.Ordinal)
                ? value
                : throw new ArgumentException($"The text '{value}' cannot be part of a path; expected one without slashes.", parameter);
        }

        return RestPaths.One(collection, values);
    }

    /// <summary>
    /// Adds a model; returns false when it is refused, as existing models are. After any other refusal, storing the file fails.
    /// </summary>
    private async Task<bool> TryAddAsync(AddModelRequest model, CancellationToken cancellationToken)
    {
        try
        {
            await _connection
                .SendJsonAsync(HttpMethod.Post, "model", model, RepositoryJson.Default.AddModelRequest, cancellationToken)
                .ConfigureAwait(false);
            return true;
        }
        catch (RepositoryException taken) when (taken.Status == HttpStatusCode.BadRequest)
        {
            return false;
        }
    }
}
