// SPDX-License-Identifier: Apache-2.0

using Google.Protobuf;
using Grpc.Core;

namespace Tributary.Protocol.Fedn;

/// <summary>The methods of <c>fedn.ModelService</c>, with pooled chunks on the side that reads a model.</summary>
public static class ModelMethods
{
    private static readonly string Service = ModelService.Descriptor.FullName;
    private static readonly Marshaller<ModelRequest> Request = Of(ModelRequest.Parser);
    private static readonly Marshaller<ModelResponse> Response = Of(ModelResponse.Parser);

    /// <summary>The upload as a server reads it.</summary>
    public static Method<ModelChunk, ModelResponse> ServerUpload { get; } =
        new(MethodType.ClientStreaming, Service, "Upload", ModelChunk.OfRequest, Response);

    /// <summary>The download as a server writes it.</summary>
    public static Method<ModelRequest, ModelResponse> ServerDownload { get; } =
        new(MethodType.ServerStreaming, Service, "Download", Request, Response);

    /// <summary>The download as a client reads it.</summary>
    public static Method<ModelRequest, ModelChunk> ClientDownload { get; } =
        new(MethodType.ServerStreaming, Service, "Download", Request, ModelChunk.OfResponse);

    private static Marshaller<T> Of<T>(MessageParser<T> parser)
        where T : IBufferMessage, IMessage<T> => new(
            (message, context) =>
            {
                context.SetPayloadLength(message.CalculateSize());
                message.WriteTo(context.GetBufferWriter());
                context.Complete();
            },
            context => parser.ParseFrom(context.PayloadAsReadOnlySequence()));
}
