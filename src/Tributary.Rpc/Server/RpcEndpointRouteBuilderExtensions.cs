// SPDX-License-Identifier: Apache-2.0

using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace Tributary.Rpc;

/// <summary>The mapping of gRPC methods to handlers. A method is named <c>package.Service/Method</c>.</summary>
public static class RpcEndpointRouteBuilderExtensions
{
    extension(IEndpointRouteBuilder endpoints)
    {
        /// <summary>Maps a method with one message in and one out.</summary>
        public IEndpointConventionBuilder MapRpcUnary<TRequest, TResponse>(string method, Func<TRequest, RpcCall, Task<TResponse>> handler)
            where TRequest : class, IMessage<TRequest>, new()
            where TResponse : class, IMessage<TResponse>, new()
        {
            ArgumentNullException.ThrowIfNull(handler);
            return MapRpc(endpoints, method, streamsAnswer: false, async call =>
            {
                var request = await ReadSingleAsync<TRequest>(call);
                WriteSingle(call, await handler(request, call));
            });
        }

        /// <summary>Maps a method with one message in and a stream out.</summary>
        public IEndpointConventionBuilder MapRpcServerStream<TRequest, TResponse>(
            string method, Func<TRequest, RpcWriter<TResponse>, RpcCall, Task> handler)
            where TRequest : class, IMessage<TRequest>, new()
            where TResponse : class, IMessage<TResponse>, new()
        {
            ArgumentNullException.ThrowIfNull(handler);
            return MapRpc(endpoints, method, streamsAnswer: true, async call =>
            {
                var request = await ReadSingleAsync<TRequest>(call);
                await handler(request, new RpcWriter<TResponse>(call), call);
            });
        }

        /// <summary>Maps a method with a stream in and one message out.</summary>
        public IEndpointConventionBuilder MapRpcClientStream<TRequest, TResponse>(
            string method, Func<RpcReader<TRequest>, RpcCall, Task<TResponse>> handler)
            where TRequest : class, IMessage<TRequest>, new()
            where TResponse : class, IMessage<TResponse>, new()
        {
            ArgumentNullException.ThrowIfNull(handler);
            return MapRpc(
                endpoints, method, streamsAnswer: false, async call => WriteSingle(call, await handler(new RpcReader<TRequest>(call.Reader), call)));
        }

        /// <summary>
        /// Maps a method with a stream in, read as slices of the transport's buffers, and one message out: for large bytes fields.
        /// </summary>
        public IEndpointConventionBuilder MapRpcClientStream<TResponse>(string method, Func<RpcFrameReader, RpcCall, Task<TResponse>> handler)
            where TResponse : class, IMessage<TResponse>, new()
        {
            ArgumentNullException.ThrowIfNull(handler);
            return MapRpc(endpoints, method, streamsAnswer: false, async call => WriteSingle(call, await handler(call.Reader, call)));
        }

        /// <summary>Maps a method with a stream in and a stream out, independent of each other.</summary>
        public IEndpointConventionBuilder MapRpcDuplex<TRequest, TResponse>(
            string method, Func<RpcReader<TRequest>, RpcWriter<TResponse>, RpcCall, Task> handler)
            where TRequest : class, IMessage<TRequest>, new()
            where TResponse : class, IMessage<TResponse>, new()
        {
            ArgumentNullException.ThrowIfNull(handler);
            return MapRpc(
                endpoints, method, streamsAnswer: true, call => handler(new RpcReader<TRequest>(call.Reader), new RpcWriter<TResponse>(call), call));
        }

        /// <summary>Maps a fallback that answers gRPC requests to unmapped methods with UNIMPLEMENTED. Other requests pass.</summary>
        public IEndpointConventionBuilder MapRpcFallback()
        {
            var server = Server(endpoints);
            var pattern = RoutePatternFactory.Parse(
                "{service}/{method}", defaults: null, parameterPolicies: new { method = new RpcContentTypeConstraint() });
            var builder = endpoints.Map(pattern, http => server.RefuseAsync(http));
            builder.Add(static endpoint => ((RouteEndpointBuilder)endpoint).Order = int.MaxValue);
            builder.WithDisplayName("gRPC: not implemented");
            return builder;
        }
    }

    private static IEndpointConventionBuilder MapRpc(IEndpointRouteBuilder endpoints, string method, bool streamsAnswer, Func<RpcCall, Task> handler)
    {
        ArgumentException.ThrowIfNullOrEmpty(method);
        if (method.StartsWith('/') || method.Split('/') is not [{ Length: > 0 }, { Length: > 0 }])
        {
            throw new ArgumentException($"'{method}' is not of the form package.Service/Method.", nameof(method));
        }

        var server = Server(endpoints);
        var mapped = new RpcMethod(method, streamsAnswer, handler);
        return endpoints.MapPost('/' + method, http => server.RunAsync(http, mapped)).WithDisplayName($"gRPC: {method}");
    }

    private static RpcServer Server(IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return endpoints.ServiceProvider.GetService<RpcServer>()
            ?? throw new InvalidOperationException("gRPC is not registered: call services.AddRpc() before mapping methods.");
    }

    /// <summary>Reads the only message and the end behind it: an unread end leaves the stream lingering in the server.</summary>
    private static async ValueTask<T> ReadSingleAsync<T>(RpcCall call)
        where T : class, IMessage<T>, new()
    {
        var payload = await call.Reader.ReadAsync(call.CancellationToken)
            ?? throw new RpcException(RpcStatusCode.Internal, "The request has no message");
        var message = MessageCodec<T>.Parse(payload);
        return await call.Reader.ReadAsync(call.CancellationToken) is null
            ? message
            : throw new RpcException(RpcStatusCode.Internal, "The request has more than one message");
    }

    private static void WriteSingle<T>(RpcCall call, T? message)
        where T : class, IMessage<T>
    {
        if (message is null)
        {
            throw new InvalidOperationException("The handler returned no message.");
        }

        call.ApplyHeaders();
        MessageCodec.WriteFrame(call.Output, message, call.ResponseCompression);
    }

    private sealed class RpcContentTypeConstraint : IRouteConstraint
    {
        public bool Match(
            HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
            RpcHeaders.IsRpcContentType(httpContext?.Request.ContentType);
    }
}
