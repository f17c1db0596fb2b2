// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Rpc;

internal static class UserAgent
{
    public static string Value { get; } = $"grpc-tributary/{typeof(UserAgent).Assembly.GetName().Version?.ToString(3)}";
}
