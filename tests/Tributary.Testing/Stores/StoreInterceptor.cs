// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Testing.Stores;

/// <summary>What every operation of a store in memory passes through: the place for delays, faults and crashes.</summary>
public abstract class StoreInterceptor
{
    /// <summary>Nothing goes wrong, and nothing takes time.</summary>
    public static StoreInterceptor None { get; } = new NoInterception();

    /// <summary>Does what a store was asked for, once, or fails before or after it.</summary>
    /// <param name="operation">What it is, such as <c>commit a round</c>.</param>
    /// <param name="effect">The whole change, or the whole reading; takes no time.</param>
    /// <param name="cancellationToken">Ends a wait before the effect.</param>
    public abstract ValueTask<T> PassAsync<T>(string operation, Func<T> effect, CancellationToken cancellationToken);

    private sealed class NoInterception : StoreInterceptor
    {
        public override ValueTask<T> PassAsync<T>(string operation, Func<T> effect, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new(effect());
        }
    }
}
