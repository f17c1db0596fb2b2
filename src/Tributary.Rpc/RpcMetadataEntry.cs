// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Rpc;

/// <summary>One key with its value: text, or bytes when the key ends in <c>-bin</c>.</summary>
/// <param name="Key">The key in lower case.</param>
/// <param name="Text">The value of a text entry; null for bytes.</param>
/// <param name="Bytes">The value of a <c>-bin</c> entry; empty for text.</param>
public readonly record struct RpcMetadataEntry(string Key, string? Text, ReadOnlyMemory<byte> Bytes);
