// SPDX-License-Identifier: Apache-2.0

using Grpc.Core;

namespace Tributary.Hosting.Grpc;

/// <summary>The messages to a client, which end with the call although the client does not take them.</summary>
internal sealed class ResponseWriter<T>(IServerStreamWriter<T> inner, StoppableCall call) : IServerStreamWriter<T>
{
    public WriteOptions? WriteOptions
    {
        get => inner.WriteOptions;
        set => inner.WriteOptions = value;
    }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    /// <remarks>
    /// The token is not given to the library's writer, which would reset the stream as an internal error. Data that wait for a client that
    /// does not read can never be followed by a status, so the stream is reset here.
    /// </remarks>
    public async Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        call.CancellationToken.ThrowIfCancellationRequested();
        cancellationToken.ThrowIfCancellationRequested();
        var write = inner.WriteAsync(message, CancellationToken.None);
        if (write.IsCompletedSuccessfully)
        {
            return;
        }

        using var link = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken, cancellationToken);
        try
        {
            await write.WaitAsync(link.Token);
        }
        catch (OperationCanceledException)
        {
            call.Reset();
            throw;
        }
    }
}
