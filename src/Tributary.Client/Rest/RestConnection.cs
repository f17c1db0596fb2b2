// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Tributary.Client.Rest;

/// <summary>A connection to a REST interface. Failures throw a <see cref="TributaryException"/> with the server's message.</summary>
internal abstract class RestConnection : IDisposable
{
    private const int CopyBytes = 1 << 17;
    private const int MaxRefusalBytes = 1 << 16;

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);
    private static readonly MediaTypeWithQualityHeaderValue Bytes = new("application/octet-stream");
    private readonly HttpClient _http;
    private readonly string _server;

    /// <param name="server">The name of the server in messages.</param>
    /// <param name="address">The address of the server.</param>
    /// <param name="root">The beginning of all its paths; ends with a slash.</param>
    /// <param name="token">A bearer token; null for none.</param>
    /// <param name="handler">The handler that carries the requests; null for the default.</param>
    /// <param name="allowTokenOverHttp">True to send the token over plain http beyond loopback too.</param>
    protected RestConnection(string server, Uri address, string root, string? token, HttpMessageHandler? handler, bool allowTokenOverHttp)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            throw new ArgumentException($"The {server}'s address '{address}' is neither http:// nor https://.", nameof(address));
        }

        if (!TokenTransport.Allows(token, address, allowTokenOverHttp))
        {
            throw new ArgumentException($"The {server}'s address is '{address}', and {TokenTransport.Expectation}.", nameof(address));
        }

        _server = server;

        // Transfers of models have no time limit; short requests are limited one by one.
        _http = new HttpClient(handler ?? NewHandler(authorities: null), handler is null)
        {
            BaseAddress = new Uri(address.AbsoluteUri.TrimEnd('/') + root),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (token is not null)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    /// <summary>Creates the handler of connections that trust the given authorities, or those of the system without any.</summary>
    public static SocketsHttpHandler NewHandler(X509Certificate2Collection? authorities) =>
        new() { ConnectTimeout = TimeSpan.FromSeconds(10), UseCookies = false, SslOptions = Trust.Of(authorities), Proxy = new BeyondThisMachine(HttpClient.DefaultProxy) };

    /// <summary>Sends a request without a body.</summary>
    public async Task<TAnswer> GetAsync<TAnswer>(
        string path, JsonTypeInfo<TAnswer> answerType, ListRange range, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        range.Apply(request.Headers);
        return await ExchangeAsync(request, AnswerTimeout, (r, token) => ReadAsync(r, answerType, token), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lists any number of items, one by one; each may take as long as a short answer.</summary>
    public async IAsyncEnumerable<TItem> ListAsync<TItem>(
        string path, JsonTypeInfo<TItem> itemType, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bounded.CancelAfter(AnswerTimeout);
        using var response = await GuardAsync(request, () => OpenAsync(request, bounded.Token), AnswerTimeout, cancellationToken).ConfigureAwait(false);
        var body = await response.Content.ReadAsStreamAsync(bounded.Token).ConfigureAwait(false);
        await using var reading = body.ConfigureAwait(false);
        var items = JsonSerializer.DeserializeAsyncEnumerable(body, itemType, bounded.Token).GetAsyncEnumerator(bounded.Token);
        await using var listing = items.ConfigureAwait(false);
        while (await GuardAsync(request, async () => await items.MoveNextAsync().ConfigureAwait(false), AnswerTimeout, cancellationToken).ConfigureAwait(false))
        {
            yield return items.Current ?? throw Failure(response.StatusCode, $"The {_server} answered {Describe(request)} with a null in the list.");
            bounded.CancelAfter(AnswerTimeout);
        }
    }

    /// <summary>Sends a request with a JSON body.</summary>
    public async Task<(HttpStatusCode Status, TAnswer Answer)> SendJsonAsync<TBody, TAnswer>(
        HttpMethod method, string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = ToJson(body, bodyType) };
        return await ExchangeAsync(
            request, AnswerTimeout, async (r, token) => (r.StatusCode, await ReadAsync(r, answerType, token).ConfigureAwait(false)), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Sends a request with a JSON body whose answer says only that it succeeded.</summary>
    public async Task SendJsonAsync<TBody>(HttpMethod method, string path, TBody body, JsonTypeInfo<TBody> bodyType, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = ToJson(body, bodyType) };
        await ExchangeAsync(request, AnswerTimeout, static (_, _) => Task.FromResult(true), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a file in a form, without a time limit. Exceptions of the stream are passed on.</summary>
    public async Task<TAnswer> UploadAsync<TAnswer>(
        HttpMethod method,
        string path,
        Stream file,
        string? name,
        Func<HttpResponseMessage, CancellationToken, Task<TAnswer>> read,
        CancellationToken cancellationToken)
    {
        using var form = new MultipartFormDataContent();
        if (!string.IsNullOrEmpty(name))
        {
            form.Add(new StringContent(name), "name");
        }

        var content = new OpenStreamContent(file);
        form.Add(content, "file", "model");
        using var request = new HttpRequestMessage(method, path) { Content = form };
        try
        {
            return await ExchangeAsync(request, Timeout.InfiniteTimeSpan, read, cancellationToken).ConfigureAwait(false);
        }
        catch (TributaryException)
        {
            content.ThrowIfUnreadable();
            throw;
        }
    }

    /// <summary>Copies an answer of any length to a stream. Exceptions of the stream are passed on.</summary>
    public async Task DownloadAsync(string path, Stream destination, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Accept = { Bytes } } };
        using var response = await GuardAsync(
            request, () => OpenAsync(request, cancellationToken), Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using var reading = body.ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBytes);
        try
        {
            while (await GuardAsync(
                request, async () => await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false), Timeout.InfiniteTimeSpan, cancellationToken)
                .ConfigureAwait(false) is > 0 and var read)
            {
                await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads the answer as JSON.</summary>
    public async Task<TAnswer> ReadAsync<TAnswer>(HttpResponseMessage response, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using var reading = body.ConfigureAwait(false);
        return await JsonSerializer.DeserializeAsync(body, answerType, cancellationToken).ConfigureAwait(false)
            ?? throw Failure(response.StatusCode, $"The {_server} answered {Describe(response.RequestMessage!)} with null.");
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Creates the exception that callers of this server know.</summary>
    protected abstract TributaryException Failure(HttpStatusCode? status, string message, Exception? cause = null);

    /// <summary>Returns the server's message to people in a refusal; null when it has none.</summary>
    protected abstract string? FindMessage(JsonElement refusal);

    private static ByteArrayContent ToJson<TBody>(TBody body, JsonTypeInfo<TBody> bodyType) => new(JsonSerializer.SerializeToUtf8Bytes(body, bodyType))
    {
        Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
    };

    private static string Describe(HttpRequestMessage request) => $"{request.Method} {request.RequestUri}";

    private async Task<TAnswer> ExchangeAsync<TAnswer>(
        HttpRequestMessage request,
        TimeSpan timeout,
        Func<HttpResponseMessage, CancellationToken, Task<TAnswer>> read,
        CancellationToken cancellationToken)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bounded.CancelAfter(timeout);
        return await GuardAsync(
            request,
            async () =>
            {
                using var response = await OpenAsync(request, bounded.Token).ConfigureAwait(false);
                return await read(response, bounded.Token).ConfigureAwait(false);
            },
            timeout,
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a request and returns the head of the answer; throws when the answer is a refusal.</summary>
    private async Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await RefusalAsync(response, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<T> GuardAsync<T>(HttpRequestMessage request, Func<Task<T>> step, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await step().ConfigureAwait(false);
        }
        catch (HttpRequestException lost)
        {
            throw Failure(lost.StatusCode, $"The {_server} at {_http.BaseAddress} cannot be reached: {lost.Message}", lost);
        }
        catch (IOException lost)
        {
            throw Failure(null, $"The {_server} at {_http.BaseAddress} broke off its answer to {Describe(request)}: {lost.Message}", lost);
        }
        catch (JsonException unreadable)
        {
            throw Failure(HttpStatusCode.OK, $"The answer to {Describe(request)} is not what a {_server} says: {unreadable.Message}", unreadable);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failure(null, $"The {_server} at {_http.BaseAddress} did not answer within {timeout.TotalSeconds:0} s.", late);
        }
    }

    private async Task<TributaryException> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bounded.CancelAfter(AnswerTimeout);
        try
        {
            await response.Content.LoadIntoBufferAsync(MaxRefusalBytes, bounded.Token).ConfigureAwait(false);
            var body = await response.Content.ReadAsStreamAsync(bounded.Token).ConfigureAwait(false);
            await using var reading = body.ConfigureAwait(false);
            using var refusal = await JsonDocument.ParseAsync(body, default, bounded.Token).ConfigureAwait(false);
            if (refusal.RootElement.ValueKind == JsonValueKind.Object && FindMessage(refusal.RootElement) is { Length: > 0 } message)
            {
                return Failure(response.StatusCode, message);
            }
        }
        catch (Exception unreadable) when (unreadable is JsonException or HttpRequestException or IOException)
        {
            // Something between client and server has answered: its status has to suffice.
        }

        return Failure(response.StatusCode, $"The {_server} answered with {(int)response.StatusCode} ({response.ReasonPhrase}).");
    }
}
