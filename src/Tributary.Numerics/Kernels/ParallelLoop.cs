// SPDX-License-Identifier: Apache-2.0
using System.Runtime.ExceptionServices;

namespace Tributary.Numerics.Kernels;

/// <summary>
/// A loop over independent pieces of work: on the calling thread for a degree of 1, as single-threaded simulation needs it, or shared by
/// threads. The exception of the first piece that fails is thrown.
/// </summary>
internal static class ParallelLoop
{
    public static void Run<T>(IReadOnlyList<T> items, int maxDegree, Action<T> body, CancellationToken cancellationToken)
    {
        if (maxDegree == 1 || items.Count <= 1)
        {
            foreach (var item in items)
            {
                cancellationToken.ThrowIfCancellationRequested();
                body(item);
            }

            return;
        }

        try
        {
            Parallel.ForEach(items, new ParallelOptions { MaxDegreeOfParallelism = maxDegree, CancellationToken = cancellationToken }, body);
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }
}
