// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Text.Json;

namespace Tributary.Client.Rest;

/// <summary>The REST connection to the controller. Failures throw <see cref="ControllerException"/>.</summary>
internal sealed class ControllerConnection(Uri controller, string? token, HttpMessageHandler? handler, bool allowTokenOverHttp)
    : RestConnection("controller", controller, "/api/v1/", token, handler, allowTokenOverHttp)
{
    protected override TributaryException Failure(HttpStatusCode? status, string message, Exception? cause = null) =>
        new ControllerException(status, message, cause);

    protected override string? FindMessage(JsonElement refusal) =>
        refusal.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String ? message.GetString() : null;
}
