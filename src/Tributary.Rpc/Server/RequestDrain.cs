// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Http;

namespace Tributary.Rpc;

/// <summary>
/// The reading of what is left of a request after its answer. A client that sends one message has the end of its request on the way; a
/// server that does not wait for it resets the stream, keeps it lingering, and soon refuses new ones.
/// </summary>
internal static class RequestDrain
{
    // A longer rest is an upload that the client must be told to stop, which the reset does.
    private const long LongestRest = 64 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static async Task RunAsync(HttpContext http, TimeProvider timeProvider, CancellationToken stopping)
    {
        using var timer = new CancellationTokenSource(Patience, timeProvider);
        using var source = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, http.RequestAborted, stopping);
        var left = LongestRest;
        try
        {
            // The answer goes out first, so that the client does not wait for the rest.
            await http.Response.CompleteAsync();
            while (left > 0)
            {
                var result = await http.Request.BodyReader.ReadAsync(source.Token);
                left -= result.Buffer.Length;
                http.Request.BodyReader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The client is gone or has not ended in time: the server ends the stream in its own way.
        }
    }
}
