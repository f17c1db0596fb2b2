// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Grpc.Core;
using Tributary.Protocol.Fedn;
using Fedn = Tributary.Protocol.Fedn;

namespace Tributary.Conformance.Tests.Grpc;

/// <summary>A service that does with a call what its message says: <c>status</c> is the deed, <c>data</c> its text or name.</summary>
internal sealed class ProbeConnector(ProbeCalls calls) : Connector.ConnectorBase
{
    public override async Task<Response> SendStatus(Fedn.Status request, ServerCallContext context)
    {
        switch (request.Status_)
        {
            case "fail":
                var code = (StatusCode)int.Parse(request.Extra, CultureInfo.InvariantCulture);
                throw new RpcException(new global::Grpc.Core.Status(code, request.Data), [new("why", "because"), new("why-bin", [0, 1, 0xff])]);
            case "crash":
                throw new InvalidDataException("a secret of the server");
            case "disk":
                throw new IOException("no space left");
            case "denied":
                throw new UnauthorizedAccessException("Access to the path is denied.");
            case "wait":
                await calls.WaitForEndAsync(request.Data, context.CancellationToken);
                break;
            case "end-of":
                return new Response { Response_ = await calls.EndOf(request.Data) };
            case "deadline":
                return new Response { Response_ = $"{(context.Deadline - TimeProvider.System.GetUtcNow().UtcDateTime).TotalSeconds:F0}" };
            default:
                break;
        }

        return new Response { Response_ = request.Data };
    }

    /// <summary>Sends what <c>data</c> says: <c>count N</c> numbers, <c>flood NAME</c> without end, or nothing.</summary>
    public override async Task AllianceStatusStream(ClientAvailableMessage request, IServerStreamWriter<Fedn.Status> responseStream, ServerCallContext context)
    {
        switch (request.Data.Split(' '))
        {
            case ["count", var number]:
                for (var i = 0; i < int.Parse(number, CultureInfo.InvariantCulture); i++)
                {
                    await responseStream.WriteAsync(new Fedn.Status { Data = $"{i}" }, context.CancellationToken);
                }

                throw new RpcException(new global::Grpc.Core.Status(StatusCode.Aborted, "late"));
            case ["flood", var name]:
                await FloodAsync(name, responseStream, context.CancellationToken);
                break;
            default:
                await calls.WaitForEndAsync(request.Data, context.CancellationToken);
                break;
        }
    }

    private async Task FloodAsync(string name, IServerStreamWriter<Fedn.Status> responses, CancellationToken cancellationToken)
    {
        var status = new Fedn.Status { Data = new string('x', 100_000) };
        calls.Begin(name);
        try
        {
            while (true)
            {
                await responses.WriteAsync(status, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            calls.End(name, "cancelled");
            throw;
        }
    }
}
