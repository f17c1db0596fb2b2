// SPDX-License-Identifier: Apache-2.0

using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;

namespace Tributary.Hosting.Grpc;

/// <summary>
/// A call whose token is also cancelled when the server begins to stop or its credentials count no more; everything else is the library's call.
/// </summary>
internal sealed class StoppableCall : ServerCallContext, IDisposable
{
    /// <summary>The key under which the library looks for the request where the context is not its own.</summary>
    private const string HttpContextKey = "__HttpContext";

    private readonly ServerCallContext _inner;
    private readonly CancellationToken _stopping;
    private readonly CancellationTokenSource _source;

    public StoppableCall(ServerCallContext inner, CancellationToken stopping, CancellationToken credentialsEnded)
    {
        (_inner, _stopping) = (inner, stopping);
        _source = CancellationTokenSource.CreateLinkedTokenSource(inner.CancellationToken, stopping, credentialsEnded);
        inner.UserState[HttpContextKey] = inner.GetHttpContext();
    }

    protected override string MethodCore => _inner.Method;

    protected override string HostCore => _inner.Host;

    protected override string PeerCore => _inner.Peer;

    protected override DateTime DeadlineCore => _inner.Deadline;

    protected override Metadata RequestHeadersCore
    {
        get
        {
            try
            {
                return _inner.RequestHeaders;
            }
            catch (FormatException malformed)
            {
                throw new RpcException(new Status(StatusCode.Internal, "The request has a binary header that is not base64", malformed));
            }
        }
    }

    protected override CancellationToken CancellationTokenCore => _source.Token;

    protected override Metadata ResponseTrailersCore => _inner.ResponseTrailers;

    protected override Status StatusCore
    {
        get => _inner.Status;
        set => _inner.Status = value;
    }

    protected override WriteOptions? WriteOptionsCore
    {
        get => _inner.WriteOptions;
        set => _inner.WriteOptions = value;
    }

    protected override AuthContext AuthContextCore => _inner.AuthContext;

    protected override IDictionary<object, object> UserStateCore => _inner.UserState;

    /// <summary>Ends the stream without a status. Its code means UNAVAILABLE when the server stops and CANCELLED otherwise.</summary>
    public void Reset()
    {
        const int RefusedStream = 7;
        const int Cancel = 8;
        _inner.GetHttpContext().Features.Get<IHttpResetFeature>()?.Reset(_stopping.IsCancellationRequested ? RefusedStream : Cancel);
    }

    public void Dispose() => _source.Dispose();

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) => _inner.CreatePropagationToken(options);

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => _inner.WriteResponseHeadersAsync(responseHeaders);
}
