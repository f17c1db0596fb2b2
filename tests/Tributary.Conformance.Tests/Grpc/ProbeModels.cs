// SPDX-License-Identifier: Apache-2.0

using Google.Protobuf;
using Grpc.Core;
using Tributary.Protocol.Fedn;

namespace Tributary.Conformance.Tests.Grpc;

/// <summary>A service that does with a transfer what the call's metadata <c>deed</c> and <c>name</c> say; otherwise it counts bytes.</summary>
internal sealed class ProbeModels(ProbeCalls calls) : ModelService.Pooled
{
    public override async Task<ModelResponse> Upload(IAsyncStreamReader<ModelChunk> requestStream, ServerCallContext context)
    {
        var name = context.RequestHeaders.GetValue("name") ?? "";
        calls.Begin(name);
        try
        {
            return context.RequestHeaders.GetValue("deed") switch
            {
                "early" => throw new RpcException(new global::Grpc.Core.Status(StatusCode.FailedPrecondition, "early")),
                "disk" => throw new IOException("no space left"),
                "crash" => throw new InvalidDataException("a secret of the server"),
                "stall" => await StallAsync(name, requestStream, context.CancellationToken),
                _ => await CountAsync(requestStream, context.CancellationToken),
            };
        }
        finally
        {
            calls.End(name, "ended");
        }
    }

    public override async Task Download(ModelRequest request, IServerStreamWriter<ModelResponse> responseStream, ServerCallContext context)
    {
        var chunk = new ModelResponse { Data = UnsafeByteOperations.UnsafeWrap(new byte[1 << 20]), Status = ModelStatus.InProgress };
        await responseStream.WriteAsync(chunk, context.CancellationToken);
        throw new IOException("the model's bytes end");
    }

    private async Task<ModelResponse> StallAsync(string name, IAsyncStreamReader<ModelChunk> requests, CancellationToken cancellationToken)
    {
        await calls.GateOf(name, cancellationToken);
        return await CountAsync(requests, cancellationToken);
    }

    private static async Task<ModelResponse> CountAsync(IAsyncStreamReader<ModelChunk> requests, CancellationToken cancellationToken)
    {
        var sum = 0L;
        while (await requests.MoveNext(cancellationToken))
        {
            using var chunk = requests.Current;
            sum += chunk.Data.Length;
        }

        return new ModelResponse { Message = $"{sum}" };
    }
}
