// SPDX-License-Identifier: Apache-2.0

using Tributary.Protocol.Fedn;
using Tributary.Testing;

namespace Tributary.Benchmarks.Rounds;

/// <summary>A client that trains nothing: it downloads the model of each task and sends the same update every time.</summary>
internal static class IdleClient
{
    /// <summary>Serves tasks until cancelled.</summary>
    /// <param name="combiner">The address of the combiner.</param>
    /// <param name="id">The name and id of the client.</param>
    /// <param name="update">The bytes of each update.</param>
    /// <param name="received">Is told of each task before it is done; null if not needed.</param>
    /// <param name="answered">Is told of each task once its update is acknowledged; null if not needed.</param>
    /// <param name="cancellationToken">Ends the client.</param>
    public static Task RunAsync(
        Uri combiner, string id, byte[] update, Action<TaskRequest>? received, Action<TaskRequest>? answered, CancellationToken cancellationToken) =>
        RunAsync(combiner, id, update, received, answered, () => TimeSpan.Zero, cancellationToken);

    /// <summary>Serves tasks until cancelled, and takes some time over each.</summary>
    public static async Task RunAsync(
        Uri combiner, string id, byte[] update, Action<TaskRequest>? received, Action<TaskRequest>? answered, Func<TimeSpan> training, CancellationToken cancellationToken)
    {
        await using var peer = new FednPeer(combiner, id);
        try
        {
            await foreach (var task in peer.ReadTasksAsync(cancellationToken))
            {
                received?.Invoke(task);
                await peer.DownloadFramesAsync(task.ModelId, cancellationToken);
                if (training() is var time && time > TimeSpan.Zero)
                {
                    await Task.Delay(time, cancellationToken);
                }

                var name = Guid.NewGuid().ToString();
                await peer.UploadAsync(name, update, cancellationToken);
                await peer.SendUpdateAsync(name, task, 1, cancellationToken);
                answered?.Invoke(task);
            }
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
        }
    }
}
