// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Tributary.Hosting;

/// <summary>Small request bodies, read whole.</summary>
public static class BoundedBody
{
    /// <summary>Reads the body of a request; returns null when it is longer than <paramref name="maxBytes"/>.</summary>
    public static async Task<byte[]?> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ReadResult read;
        try
        {
            read = await request.BodyReader.ReadAtLeastAsync(maxBytes + 1, cancellationToken);
        }
        catch (IOException error)
        {
            EndConnection(request);
            if (IsBadChunk(error))
            {
                throw new BadHttpRequestException(error.Message, error);
            }

            throw;
        }

        var bytes = read.Buffer.Length <= maxBytes ? read.Buffer.ToArray() : null;

        // Always: the server drains the rest of the body, which it cannot do while this read is open.
        request.BodyReader.AdvanceTo(read.Buffer.End);
        return bytes;
    }

    /// <summary>Returns true for the error of a caller whose chunk has a size beyond all numbers, which the framework reports like one of the disk.</summary>
    internal static bool IsBadChunk(IOException error) => error.InnerException is OverflowException;

    /// <summary>Declines a body that its caller has not begun to send: the server would wait for it before it ends the connection.</summary>
    public static void Decline(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        EndConnection(request);
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = 0;
        }
    }

    /// <summary>Closes the connection after a body that was cut off, so that the server does not look for a next request on it.</summary>
    public static void EndConnection(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.HttpContext.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
    }
}
