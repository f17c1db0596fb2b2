// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Tributary.Client.Rest;

/// <summary>Requests to a REST interface; what goes wrong is a <see cref="TributaryException"/> with the server's message.</summary>
internal abstract class RestConnection : IDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);
    private static readonly MediaTypeWithQualityHeaderValue Bytes = new("application/octet-stream");
    private readonly HttpClient _http;
    private readonly string _server;

    /// <param name="server">What people call the server.</param>
    /// <param name="address">Where it is.</param>
    /// <param name="root">What all its paths begin with; ends with a slash.</param>
    /// <param name="token">A bearer token; null for none.</param>
    /// <param name="handler">Carries the requests; null for the ordinary.</param>
    protected RestConnection(string server, Uri address, string root, string? token, HttpMessageHandler? handler)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            throw new ArgumentException($"The {server}'s address '{address}' is neither http:// nor https://.", nameof(address));
        }

        _server = server;

        // Models take as long as they take; short requests are bounded one by one.
        _http = new HttpClient(handler ?? new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10), UseCookies = false }, handler is null)
        {
            BaseAddress = new Uri(address.AbsoluteUri.TrimEnd('/') + root),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (token is not null)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    /// <summary>A request without a body.</summary>
    public async Task<TAnswer> GetAsync<TAnswer>(
        string path, JsonTypeInfo<TAnswer> answerType, ListRange range, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        range.Apply(request.Headers);
        return (await SendAsync(request, answerType, AnswerTimeout, cancellationToken).ConfigureAwait(false)).Answer;
    }

    /// <summary>A request with a JSON body.</summary>
    public async Task<(HttpStatusCode Status, TAnswer Answer)> SendAsync<TBody, TAnswer>(
        HttpMethod method, string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = Json(body, bodyType) };
        return await SendAsync(request, answerType, AnswerTimeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A body of JSON.</summary>
    public static HttpContent Json<TBody>(TBody body, JsonTypeInfo<TBody> bodyType) => new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, bodyType))
    {
        Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
    };

    /// <summary>A request with any body, which may take its time.</summary>
    public async Task<TAnswer> SendAsync<TAnswer>(
        HttpMethod method, string path, HttpContent content, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        return (await SendAsync(request, answerType, Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false)).Answer;
    }

    /// <summary>A request whose answer says no more than that it went well.</summary>
    public async Task SendAsync(HttpMethod method, string path, HttpContent content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                throw await RefusalAsync(response, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (HttpRequestException lost)
        {
            throw Unreached(lost);
        }
    }

    /// <summary>Copies an answer of any length to a stream.</summary>
    public async Task DownloadAsync(string path, Stream destination, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Accept = { Bytes } } };
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                throw await RefusalAsync(response, cancellationToken).ConfigureAwait(false);
            }

            await response.Content.CopyToAsync(destination, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException lost)
        {
            throw Unreached(lost);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>The exception that callers of this server know.</summary>
    protected abstract TributaryException Failure(HttpStatusCode? status, string message, Exception? cause = null);

    /// <summary>What the server says to people in a refusal; null when it says nothing.</summary>
    protected abstract string? FindMessage(JsonElement refusal);

    private async Task<(HttpStatusCode Status, TAnswer Answer)> SendAsync<TAnswer>(
        HttpRequestMessage request, JsonTypeInfo<TAnswer> answerType, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bounded.CancelAfter(timeout);
        try
        {
            using var response = await _http.SendAsync(request, bounded.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                throw await RefusalAsync(response, bounded.Token).ConfigureAwait(false);
            }

            var body = await response.Content.ReadAsStreamAsync(bounded.Token).ConfigureAwait(false);
            await using var reading = body.ConfigureAwait(false);
            var answer = await JsonSerializer.DeserializeAsync(body, answerType, bounded.Token).ConfigureAwait(false);
            return answer is null
                ? throw Failure(response.StatusCode, $"The {_server} answered {request.Method} {request.RequestUri} with null.")
                : (response.StatusCode, answer);
        }
        catch (HttpRequestException lost)
        {
            throw Unreached(lost);
        }
        catch (JsonException unreadable)
        {
            throw Failure(
                HttpStatusCode.OK, $"The answer to {request.Method} {request.RequestUri} is not what a {_server} says: {unreadable.Message}", unreadable);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failure(null, $"The {_server} at {_http.BaseAddress} did not answer within {timeout.TotalSeconds:0} s.", late);
        }
    }

    private async Task<TributaryException> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using var reading = body.ConfigureAwait(false);
        try
        {
            using var refusal = await JsonDocument.ParseAsync(body, default, cancellationToken).ConfigureAwait(false);
            if (refusal.RootElement.ValueKind == JsonValueKind.Object && FindMessage(refusal.RootElement) is { Length: > 0 } message)
            {
                return Failure(response.StatusCode, message);
            }
        }
        catch (JsonException)
        {
            // Something between here and the server has answered: its status has to do.
        }

        return Failure(response.StatusCode, $"The {_server} answered with {(int)response.StatusCode} ({response.ReasonPhrase}).");
    }

    private TributaryException Unreached(HttpRequestException lost) =>
        Failure(lost.StatusCode, $"The {_server} at {_http.BaseAddress} cannot be reached: {lost.Message}", lost);
}
