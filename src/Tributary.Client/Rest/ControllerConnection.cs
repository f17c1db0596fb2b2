// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Tributary.Client.Rest;

/// <summary>Requests to the controller's REST interface; what goes wrong is a <see cref="ControllerException"/> with the server's message.</summary>
internal sealed class ControllerConnection : IDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);
    private readonly HttpClient _http;

    public ControllerConnection(Uri controller, string? token, HttpMessageHandler? handler)
    {
        ArgumentNullException.ThrowIfNull(controller);
        if (!controller.IsAbsoluteUri || (controller.Scheme != Uri.UriSchemeHttp && controller.Scheme != Uri.UriSchemeHttps))
        {
            throw new ArgumentException($"The controller's address '{controller}' is neither http:// nor https://.", nameof(controller));
        }

        // Models take as long as they take; short requests are bounded one by one.
        _http = new HttpClient(handler ?? new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10), UseCookies = false }, handler is null)
        {
            BaseAddress = new Uri(controller.AbsoluteUri.TrimEnd('/') + "/api/v1/"),
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
        using var request = new HttpRequestMessage(method, path)
        {
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, bodyType))
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            },
        };
        return await SendAsync(request, answerType, AnswerTimeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A request with any body, which may take its time.</summary>
    public async Task<TAnswer> SendAsync<TAnswer>(
        HttpMethod method, string path, HttpContent content, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        return (await SendAsync(request, answerType, Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false)).Answer;
    }

    /// <summary>Copies an answer of any length to a stream.</summary>
    public async Task DownloadAsync(string path, Stream destination, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
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
                ? throw new ControllerException(response.StatusCode, $"The controller answered {request.Method} {request.RequestUri} with null.")
                : (response.StatusCode, answer);
        }
        catch (HttpRequestException lost)
        {
            throw Unreached(lost);
        }
        catch (JsonException unreadable)
        {
            throw new ControllerException(
                HttpStatusCode.OK, $"The answer to {request.Method} {request.RequestUri} is not what a controller says: {unreadable.Message}", unreadable);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ControllerException(null, $"The controller at {_http.BaseAddress} did not answer within {timeout.TotalSeconds:0} s.", late);
        }
    }

    private static async Task<ControllerException> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using var reading = body.ConfigureAwait(false);
        try
        {
            var refusal = await JsonSerializer.DeserializeAsync(body, RestJson.Default.MessageAnswer, cancellationToken).ConfigureAwait(false);
            if (refusal?.Message is { Length: > 0 } message)
            {
                return new ControllerException(response.StatusCode, message);
            }
        }
        catch (JsonException)
        {
            // Something between here and the controller has answered: its status has to do.
        }

        return new ControllerException(response.StatusCode, $"The controller answered with {(int)response.StatusCode} ({response.ReasonPhrase}).");
    }

    private ControllerException Unreached(HttpRequestException lost) =>
        new(lost.StatusCode, $"The controller at {_http.BaseAddress} cannot be reached: {lost.Message}", lost);
}
