// SPDX-License-Identifier: Apache-2.0

using System.Net;
using Tributary.Client.Rest;
using Tributary.Protocol.Rest;

namespace Tributary.Client;

/// <summary>The models of a controller. Failures throw <see cref="ControllerException"/>.</summary>
public sealed class ModelsClient
{
    private readonly ControllerConnection _connection;

    internal ModelsClient(ControllerConnection connection) => _connection = connection;

    /// <summary>Uploads a model; it is streamed, never held in memory. Exceptions of the stream are passed on.</summary>
    /// <param name="content">The bytes, from the current position to the end; stays open.</param>
    /// <param name="name">The display name of the model; null for none.</param>
    /// <param name="cancellationToken">Cancels the upload; the controller may have stored the model by then.</param>
    /// <returns>The id that the controller gave the model.</returns>
    public async Task<string> UploadAsync(Stream content, string? name = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        var answer = await _connection.UploadAsync(
            HttpMethod.Post,
            "models/",
            content,
            name,
            (response, token) => _connection.ReadAsync(response, RestResponseJson.Default.UploadModelResponse, token),
            cancellationToken).ConfigureAwait(false);
        return answer.ModelId ?? throw new ControllerException(HttpStatusCode.OK, "The controller took the model and named no id.");
    }

    /// <summary>Uploads a model from a file.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="name">The display name of the model; null for none.</param>
    /// <param name="cancellationToken">Cancels the upload; the controller may have stored the model by then.</param>
    /// <returns>The id that the controller gave the model.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public async Task<string> UploadFileAsync(string path, string? name = null, CancellationToken cancellationToken = default)
    {
        var file = OpenStreamContent.OpenFile(path);
        await using var reading = file.ConfigureAwait(false);
        return await UploadAsync(file, name, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lists models.</summary>
    /// <param name="sessionId">The id of the session whose models are listed; null for all models.</param>
    /// <param name="range">The part of the list to return.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public Task<ListResponse<ModelSummary>> ListAsync(string? sessionId = null, ListRange range = default, CancellationToken cancellationToken = default) =>
        _connection.GetAsync(
            RestPaths.List("models", ("session_id", sessionId)), RestResponseJson.Default.ListResponseModelSummary, range, cancellationToken);

    /// <summary>Finds a model; returns null when none has the id.</summary>
    /// <param name="modelId">The id of the model.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public async Task<ModelSummary?> FindAsync(string modelId, CancellationToken cancellationToken = default)
    {
        try
        {
            return await _connection.GetAsync(RestPaths.One("models", modelId), RestResponseJson.Default.ModelSummary, default, cancellationToken).ConfigureAwait(false);
        }
        catch (ControllerException none) when (none.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Copies the bytes of a model to a stream.</summary>
    /// <param name="modelId">The id of the model.</param>
    /// <param name="destination">The stream to write to; stays open.</param>
    /// <param name="cancellationToken">Cancels the download; the stream keeps what was written.</param>
    public Task DownloadAsync(string modelId, Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return _connection.DownloadAsync($"{RestPaths.One("models", modelId)}/download", destination, cancellationToken);
    }

    /// <summary>Downloads a model to a file. A download that fails leaves no file, and harms none that existed.</summary>
    /// <param name="modelId">The id of the model.</param>
    /// <param name="path">The path of the file; an existing file is replaced.</param>
    /// <param name="cancellationToken">Cancels the download, which leaves no file and harms none that existed.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public async Task DownloadFileAsync(string modelId, string path, CancellationToken cancellationToken = default)
    {
        var partial = $"{path}.partial";
        try
        {
            var file = File.Create(partial);
            await using (file.ConfigureAwait(false))
            {
                await DownloadAsync(modelId, file, cancellationToken).ConfigureAwait(false);
            }

            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }
}
