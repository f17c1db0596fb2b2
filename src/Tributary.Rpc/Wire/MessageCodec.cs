// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using Google.Protobuf;

namespace Tributary.Rpc;

internal static class MessageCodec<T>
    where T : class, IMessage<T>, new()
{
    private static readonly MessageParser<T> Parser = new(() => new T());

    public static T Parse(in ReadOnlySequence<byte> payload)
    {
        try
        {
            return Parser.ParseFrom(payload);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new RpcException(RpcStatusCode.Internal, "A message cannot be parsed", exception);
        }
    }
}

internal static class MessageCodec
{
    public static void WriteFrame(IBufferWriter<byte> output, IMessage message, RpcCompression compression)
    {
        if (compression == RpcCompression.Gzip)
        {
            GzipCodec.WriteFrame(output, message);
        }
        else
        {
            RpcFraming.WriteFrame(output, message);
        }
    }
}
