// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Tributary.Hosting;

/// <summary>Small request bodies, whole.</summary>
public static class BoundedBody
{
    /// <summary>The bytes of the body; null when there are more than <paramref name="maxBytes"/>.</summary>
    public static async Task<byte[]?> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var read = await request.BodyReader.ReadAtLeastAsync(maxBytes + 1, cancellationToken);
        var bytes = read.Buffer.Length <= maxBytes ? read.Buffer.ToArray() : null;

        // In any case: the server reads what is left of the body, and cannot while this reading is open.
        request.BodyReader.AdvanceTo(read.Buffer.End);
        return bytes;
    }
}
