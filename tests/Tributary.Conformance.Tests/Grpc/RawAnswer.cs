// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Net;
using Grpc.Core;

namespace Tributary.Conformance.Tests.Grpc;

/// <summary>The answer to a call as HTTP carries it.</summary>
internal sealed record RawAnswer(HttpStatusCode Http, string? ContentType, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>The status of the call, in headers or trailers; <c>-1</c> when there is none.</summary>
    public StatusCode Code => (StatusCode)int.Parse(Header("grpc-status") ?? "-1", CultureInfo.InvariantCulture);

    public static async Task<RawAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var headers = response.Headers.NonValidated.Concat(response.TrailingHeaders.NonValidated)
            .ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        return new RawAnswer(response.StatusCode, response.Content.Headers.ContentType?.ToString(), headers, body);
    }

    /// <summary>Returns a header or trailer, or null.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
