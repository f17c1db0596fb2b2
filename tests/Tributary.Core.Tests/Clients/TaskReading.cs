// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Tests.Clients;

internal static class TaskReading
{
    /// <summary>The tasks that a stream has at this moment.</summary>
    public static async Task<IReadOnlyList<ClientTask>> ReadWaitingAsync(TaskSubscription subscription)
    {
        using var stop = new CancellationTokenSource();
        var tasks = new List<ClientTask>();
        var reader = subscription.ReadAllAsync(stop.Token).GetAsyncEnumerator(Token);
        try
        {
            while (true)
            {
                var next = reader.MoveNextAsync();
                if (!next.IsCompleted)
                {
                    await stop.CancelAsync();
                }

                if (!await next)
                {
                    return tasks;
                }

                tasks.Add(reader.Current);
            }
        }
        catch (OperationCanceledException)
        {
            return tasks;
        }
    }
}
