// SPDX-License-Identifier: Apache-2.0

using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Tributary.Rpc;

/// <summary>The request body, with the exceptions of the server distinguished from those of a handler's own files and sockets.</summary>
internal sealed class RequestPipe(PipeReader inner) : PipeReader
{
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.ReadAsync(cancellationToken);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw new RpcException(RpcStatusCode.ResourceExhausted, "The request is larger than the server allows", exception);
        }
        catch (IOException exception)
        {
            throw new RpcException(RpcStatusCode.Cancelled, "The client ended the request", exception);
        }
    }

    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override bool TryRead(out ReadResult result) => inner.TryRead(out result);
}
