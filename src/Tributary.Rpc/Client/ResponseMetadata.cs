// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Tributary.Rpc;

/// <summary>The status and metadata in the headers and trailers of an answer.</summary>
internal static class ResponseMetadata
{
    public static RpcMetadata Of(HttpResponseHeaders headers)
    {
        var metadata = new RpcMetadata();
        foreach (var (name, values) in headers.NonValidated)
        {
            foreach (var value in values)
            {
                MetadataEncoding.Decode(metadata, name, value);
            }
        }

        return metadata;
    }

    public static (RpcStatus Status, RpcMetadata Trailers) StatusOf(HttpResponseHeaders headers)
    {
        if (!headers.NonValidated.TryGetValues(RpcHeaders.Status, out var values))
        {
            return (new RpcStatus(RpcStatusCode.Unknown, "The server ended the call without a status"), new RpcMetadata());
        }

        var detail = headers.NonValidated.TryGetValues(RpcHeaders.Message, out var texts) ? PercentEncoding.Decode(texts.ToString()) : "";
        var code = int.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && Enum.IsDefined((RpcStatusCode)number) ? (RpcStatusCode)number : RpcStatusCode.Unknown;
        return (new RpcStatus(code, detail), Of(headers));
    }

    public static RpcCompression Compression(HttpResponseHeaders headers)
    {
        if (!headers.NonValidated.TryGetValues(RpcHeaders.Encoding, out var values))
        {
            return RpcCompression.Identity;
        }

        return values.ToString() switch
        {
            RpcHeaders.Identity => RpcCompression.Identity,
            RpcHeaders.Gzip => RpcCompression.Gzip,
            var other => throw new RpcException(RpcStatusCode.Unimplemented, $"The server uses compression '{other}', which was not offered"),
        };
    }

    /// <summary>Returns the code for an answer that is not gRPC, as the gRPC specification maps it.</summary>
    public static RpcStatusCode CodeOf(HttpStatusCode status) => (int)status switch
    {
        400 => RpcStatusCode.Internal,
        401 => RpcStatusCode.Unauthenticated,
        403 => RpcStatusCode.PermissionDenied,
        404 => RpcStatusCode.Unimplemented,
        429 or 502 or 503 or 504 => RpcStatusCode.Unavailable,
        _ => RpcStatusCode.Unknown,
    };
}
