// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using Grpc.Core;

namespace Tributary.Testing;

/// <summary>The bytes of a received message, as a marshaller is given them.</summary>
public sealed class PayloadContext(ReadOnlySequence<byte> payload) : DeserializationContext
{
    public override int PayloadLength => (int)payload.Length;

    public override byte[] PayloadAsNewBuffer() => payload.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => payload;
}
