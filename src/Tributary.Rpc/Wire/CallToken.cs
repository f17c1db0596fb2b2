// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Rpc;

internal static class CallToken
{
    /// <summary>Links the token of a call with the one given to an operation; creates a source only when they differ.</summary>
    public static CancellationTokenSource? Link(CancellationToken call, CancellationToken operation, out CancellationToken token)
    {
        if (!operation.CanBeCanceled || operation == call)
        {
            token = call;
            return null;
        }

        var source = CancellationTokenSource.CreateLinkedTokenSource(call, operation);
        token = source.Token;
        return source;
    }
}
