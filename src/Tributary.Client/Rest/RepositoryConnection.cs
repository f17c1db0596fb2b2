// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Text.Json;

namespace Tributary.Client.Rest;

/// <summary>The REST connection to the repository. Failures throw <see cref="RepositoryException"/>.</summary>
internal sealed class RepositoryConnection(Uri repository, string? token, HttpMessageHandler? handler, bool allowTokenOverHttp)
    : RestConnection("repository", repository, "/", token, handler, allowTokenOverHttp)
{
    protected override TributaryException Failure(HttpStatusCode? status, string message, Exception? cause = null) =>
        new RepositoryException(status, message, cause);

    /// <summary>Returns the detail of a refusal: a sentence, or a list of the errors in the request.</summary>
    protected override string? FindMessage(JsonElement refusal) => !refusal.TryGetProperty("detail", out var detail) ? null : detail.ValueKind switch
    {
        JsonValueKind.String => detail.GetString(),
        JsonValueKind.Array => detail.GetRawText(),
        _ => null,
    };
}
