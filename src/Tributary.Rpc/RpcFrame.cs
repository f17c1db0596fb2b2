// SPDX-License-Identifier: Apache-2.0

using System.Buffers;

namespace Tributary.Rpc;

/// <summary>One frame as it stands in the buffer.</summary>
/// <param name="Payload">The message, possibly compressed.</param>
/// <param name="IsCompressed">Whether the flag of the prefix is set.</param>
public readonly record struct RpcFrame(ReadOnlySequence<byte> Payload, bool IsCompressed);

/// <summary>What has arrived of a message.</summary>
/// <param name="Bytes">They follow those of the part before.</param>
/// <param name="IsLast">Whether the message ends with them.</param>
public readonly record struct RpcMessagePart(ReadOnlySequence<byte> Bytes, bool IsLast);
