// SPDX-License-Identifier: Apache-2.0

using System.Buffers;

namespace Tributary.Rpc;

/// <summary>One frame as it stands in the buffer.</summary>
/// <param name="Payload">The message, possibly compressed.</param>
/// <param name="IsCompressed">Whether the flag of the prefix is set.</param>
public readonly record struct RpcFrame(ReadOnlySequence<byte> Payload, bool IsCompressed);
