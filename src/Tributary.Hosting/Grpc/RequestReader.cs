// SPDX-License-Identifier: Apache-2.0

using Google.Protobuf;
using Grpc.Core;

namespace Tributary.Hosting.Grpc;

/// <summary>The messages of a client, whose broken requests are told from faults of the server's own files.</summary>
internal sealed class RequestReader<T>(IAsyncStreamReader<T> inner, ServerCallContext call) : IAsyncStreamReader<T>
{
    public T Current => inner.Current;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        try
        {
            return await inner.MoveNext(cancellationToken.CanBeCanceled ? cancellationToken : call.CancellationToken);
        }
        catch (IOException broken) when (!call.CancellationToken.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "The client ended the request", broken));
        }
        catch (RpcException refused) when (refused.StatusCode == StatusCode.ResourceExhausted)
        {
            throw GrpcError.Of(StatusCode.ResourceExhausted, $"Received message larger than max ({GrpcOptions.MaxMessageBytes} bytes)");
        }
        catch (Exception malformed) when (malformed is InvalidProtocolBufferException or InvalidDataException)
        {
            throw new RpcException(new Status(StatusCode.Internal, "The request has a message that cannot be read", malformed));
        }
    }
}
