// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Rpc;

/// <summary>A mapped method: its name and its handler.</summary>
internal sealed record RpcMethod(string Name, bool StreamsAnswer, Func<RpcCall, Task> Handler);
