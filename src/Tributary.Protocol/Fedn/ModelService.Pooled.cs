// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Grpc.Core;

namespace Tributary.Protocol.Fedn;

public static partial class ModelService
{
    /// <summary>The service <c>fedn.ModelService</c> for a server to implement, with uploads in pooled chunks.</summary>
    /// <remarks>
    /// It stands for the generated base, which reads each message of an upload into an array of its own. It lies beside the service's
    /// descriptor, where reflection looks for that.
    /// </remarks>
    [BindServiceMethod(typeof(Pooled), nameof(Bind))]
    [SuppressMessage("Design", "CA1034:Nested types should not be visible", Justification = "Reflection finds a service by the descriptor in the type around its base.")]
    [SuppressMessage("Usage", "VSTHRD200:Use Async suffix", Justification = "The server finds the handlers by the names of the methods in the proto.")]
    public abstract class Pooled
    {
        /// <summary>Binds the methods of the service; the server calls it without an instance, for the methods alone.</summary>
        public static void Bind(ServiceBinderBase binder, Pooled? service)
        {
            ArgumentNullException.ThrowIfNull(binder);
            binder.AddMethod(ModelMethods.ServerUpload, (requests, context) => Of(service).Upload(requests, context));
            binder.AddMethod(ModelMethods.ServerDownload, (request, responses, context) => Of(service).Download(request, responses, context));

            static Pooled Of(Pooled? service) => service ?? throw new UnreachableException();
        }

        /// <summary>Receives a model in chunks, which the implementation disposes one by one.</summary>
        public abstract Task<ModelResponse> Upload(IAsyncStreamReader<ModelChunk> requestStream, ServerCallContext context);

        /// <summary>Sends a model in chunks.</summary>
        public abstract Task Download(ModelRequest request, IServerStreamWriter<ModelResponse> responseStream, ServerCallContext context);
    }
}
