// SPDX-License-Identifier: Apache-2.0

using System.Buffers;

namespace Tributary.Rpc;

/// <summary>One frame, in place in its buffer.</summary>
/// <param name="Payload">The message, possibly compressed.</param>
/// <param name="IsCompressed">True when the flag of the prefix is set.</param>
public readonly record struct RpcFrame(ReadOnlySequence<byte> Payload, bool IsCompressed);

/// <summary>The part of a message that has arrived.</summary>
/// <param name="Bytes">The bytes, which follow those of the part before.</param>
/// <param name="IsLast">True when the message ends with this part.</param>
public readonly record struct RpcMessagePart(ReadOnlySequence<byte> Bytes, bool IsLast);
