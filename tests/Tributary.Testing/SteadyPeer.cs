// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;
using Grpc.Core;
using Tributary.Protocol.Fedn;

namespace Tributary.Testing;

/// <summary>
/// A client that survives its server: whatever call fails is made again until it is answered. It trains by a function, for example one that
/// adds a constant to each model, so that what a session has to come to is known to the bit.
/// </summary>
public sealed class SteadyPeer(Uri combiner, string clientId, Func<TaskRequest, byte[], byte[]> train, double examples) : IAsyncDisposable
{
    public SteadyPeer(Uri combiner, string clientId, float increment, double examples)
        : this(combiner, clientId, (_, model) => NpzModel.Encode([.. NpzModel.Decode(model).Select(value => value + increment)]), examples)
    {
    }

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly FednPeer _peer = new(combiner, clientId);

    /// <summary>The updates that the server has acknowledged, with its answers.</summary>
    public ConcurrentQueue<(string Update, string Answer)> Acknowledged { get; } = new();

    /// <summary>Works until cancelled, wherever that finds it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await RunStreamAsync(cancellationToken);
                await PauseAsync(cancellationToken);
            }
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    public ValueTask DisposeAsync() => _peer.DisposeAsync();

    private async Task RunStreamAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var task in _peer.ReadTasksAsync(cancellationToken))
            {
                await WorkAsync(task, cancellationToken);
            }
        }
        catch (RpcException) when (!cancellationToken.IsCancellationRequested)
        {
        }
    }

    private async Task WorkAsync(TaskRequest task, CancellationToken cancellationToken)
    {
        if (task.Type == StatusType.ModelValidation)
        {
            await InsistAsync(() => _peer.SendValidationAsync(task, """{"loss": 0.5}""", cancellationToken), cancellationToken);
            return;
        }

        var update = Guid.NewGuid().ToString();
        var model = await InsistAsync(() => _peer.DownloadAsync(task.ModelId, cancellationToken), cancellationToken);
        var trained = train(task, model);
        await InsistAsync(() => _peer.UploadAsync(update, trained, cancellationToken), cancellationToken);
        var answer = await InsistAsync(() => _peer.SendUpdateAsync(update, task, examples, cancellationToken), cancellationToken);
        Acknowledged.Enqueue((update, answer.Response_));
    }

    private static async Task<T> InsistAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (RpcException error) when (error.StatusCode is StatusCode.Unavailable or StatusCode.Aborted or StatusCode.Cancelled or StatusCode.Internal)
            {
                await PauseAsync(cancellationToken);
            }
        }
    }

    private static Task PauseAsync(CancellationToken cancellationToken) => Task.Delay(RetryDelay, cancellationToken);
}
