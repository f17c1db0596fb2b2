// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

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
        catch (IOException)
        {
            EndConnection(request);
            throw;
        }

        var bytes = read.Buffer.Length <= maxBytes ? read.Buffer.ToArray() : null;

        // Always: the server drains the rest of the body, which it cannot do while this read is open.
        request.BodyReader.AdvanceTo(read.Buffer.End);
        return bytes;
    }

    /// <summary>Closes the connection after a body that was cut off, so that the server does not look for a next request on it.</summary>
    public static void EndConnection(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.HttpContext.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
    }
}
