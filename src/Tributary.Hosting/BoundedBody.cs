// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Tributary.Hosting;

/// <summary>Small request bodies, whole.</summary>
public static class BoundedBody
{
    /// <summary>The bytes of the body; null when there are more than <paramref name="maxBytes"/>.</summary>
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

        // In any case: the server reads what is left of the body, and cannot while this reading is open.
        request.BodyReader.AdvanceTo(read.Buffer.End);
        return bytes;
    }

    /// <summary>After a body that broke off: there is no next request on its connection, and the server must not look for one.</summary>
    public static void EndConnection(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.HttpContext.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
    }
}
