// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Grpc.Core;

namespace Tributary.Protocol.Fedn;

/// <summary>The service <c>fedn.ModelService</c> for a server to implement, with uploads in pooled chunks.</summary>
/// <remarks>It stands for the generated base, which reads each message of an upload into an array of its own.</remarks>
[BindServiceMethod(typeof(PooledModelService), nameof(Bind))]
[SuppressMessage("Usage", "VSTHRD200:Use Async suffix", Justification = "The server finds the handlers by the names of the methods in the proto.")]
public abstract class PooledModelService
{
    /// <summary>Binds the methods of the service; the server calls it without an instance, for the methods alone.</summary>
    public static void Bind(ServiceBinderBase binder, PooledModelService? service)
    {
        ArgumentNullException.ThrowIfNull(binder);
        binder.AddMethod(ModelMethods.ServerUpload, (requests, context) => Of(service).Upload(requests, context));
        binder.AddMethod(ModelMethods.ServerDownload, (request, responses, context) => Of(service).Download(request, responses, context));

        static PooledModelService Of(PooledModelService? service) => service ?? throw new UnreachableException();
    }

    /// <summary>Receives a model in chunks, which the implementation disposes one by one.</summary>
    public abstract Task<ModelResponse> Upload(IAsyncStreamReader<ModelChunk> requestStream, ServerCallContext context);

    /// <summary>Sends a model in chunks.</summary>
    public abstract Task Download(ModelRequest request, IServerStreamWriter<ModelResponse> responseStream, ServerCallContext context);
}
