// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.Globalization;
using Tributary.Core.Clients;
using Tributary.Core.Updates;
using Tributary.Numerics.Parameters;
using Tributary.Samples.NormBound;

namespace Tributary.Simulation.Tests;

/// <summary>A client of the wire's habits: one task stream, one task at a time, calls repeated until they are answered.</summary>
internal sealed class VirtualClient
{
    private const int SlowFactor = 5;

    private readonly SimulatedCluster _cluster;
    private readonly int _number;
    private readonly SimulatedProcess _process;
    private readonly ClientId _id;
    private readonly Queue<ClientTask> _tasks = [];
    private TaskCompletionSource _wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _connections;
    private int _updates;
    private int _validations;

    public VirtualClient(SimulatedCluster cluster, int number)
    {
        (_cluster, _number) = (cluster, number);
        _process = new SimulatedProcess(cluster.Scheduler);
        _id = ClientId.Parse(string.Create(CultureInfo.InvariantCulture, $"client-{number}"));
    }

    private double Weight => 1 + _number;

    public void Start() => _process.Run(() =>
    {
        _ = ConnectAsync();
        _ = WorkAsync();
        _ = BeatAsync();
    });

    private async Task BeatAsync()
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(2), _process.Time, CancellationToken.None);
            if (!_cluster.Scheduler.Chance(_cluster.FaultPlan.Loss))
            {
                _cluster.Server?.Roster.Heartbeat(_id, _id.Value);
            }
        }
    }

    /// <summary>Keeps a stream open; after a break the server may hold the old one for a while.</summary>
    private async Task ConnectAsync()
    {
        while (true)
        {
            await Task.Delay(_cluster.Scheduler.Delay(_cluster.FaultPlan.Latency + TimeSpan.FromSeconds(1)), _process.Time, CancellationToken.None);
            if (_cluster.Server is not { } server)
            {
                continue;
            }

            var connection = ++_connections;
            var broken = new TaskCompletionSource();
            var gone = new CancellationTokenSource();
            server.Process.Run(() => _ = StreamAsync(server, connection, broken, gone.Token));
            while (!broken.Task.IsCompleted && !server.Process.IsDead)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), _process.Time, CancellationToken.None);
            }

            _cluster.Scheduler.Enqueue(server.Process, _cluster.Scheduler.Delay(TimeSpan.FromSeconds(20)), gone.Cancel);
        }
    }

    private async Task StreamAsync(ServerNode server, int connection, TaskCompletionSource broken, CancellationToken gone)
    {
        try
        {
            using var subscription = await server.ConnectAsync(_id);
            await foreach (var task in subscription.ReadAllAsync(gone))
            {
                if (_cluster.Scheduler.Chance(_cluster.FaultPlan.Disconnect))
                {
                    _cluster.Trace($"{_id} loses its stream");
                    broken.TrySetResult();
                }

                _cluster.Scheduler.Enqueue(_process, _cluster.Scheduler.Delay(_cluster.FaultPlan.Latency), () => Receive(connection, broken, task));
            }

            broken.TrySetResult();
        }
        catch (OperationCanceledException)
        {
        }
        catch (StorageException)
        {
            broken.TrySetResult();
        }
    }

    private void Receive(int connection, TaskCompletionSource broken, ClientTask task)
    {
        if (connection == _connections && !broken.Task.IsCompleted)
        {
            _tasks.Enqueue(task);
            _wake.TrySetResult();
        }
    }

    private async Task WorkAsync()
    {
        while (true)
        {
            while (_tasks.TryDequeue(out var task))
            {
                try
                {
                    await AnswerAsync(task);
                }
                catch (LinkException)
                {
                    _cluster.Trace($"{_id} gives up on round {task.Round}");
                }
            }

            await _wake.Task;
            _wake = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private async Task AnswerAsync(ClientTask task)
    {
        var slowness = _cluster.Scheduler.Chance(_cluster.FaultPlan.Slow) ? SlowFactor : 1;
        await Task.Delay(_cluster.Scheduler.Delay(_cluster.FaultPlan.Training * slowness), _process.Time, CancellationToken.None);
        if (task.Kind == ClientTaskKind.Validate)
        {
            var report = string.Create(CultureInfo.InvariantCulture, $"{_id}.v{++_validations}");
            await InsistAsync($"{_id} validation of {task.Model}", server => server.ValidateAsync(task, report));
            _cluster.Acknowledgements.Validated.Add((task.Model, _id));
            return;
        }

        if (_cluster.Scheduler.Chance(_cluster.FaultPlan.Death))
        {
            _cluster.Trace($"{_id} forgets round {task.Round}");
            return;
        }

        var plan = task.Plan!;
        var model = await InsistAsync($"{_id} download", server => DownloadAsync(server, task));
        if (model.Length == 0)
        {
            _cluster.Trace($"{_id} comes too late for phase {plan.Phase} of round {task.Round}");
            return;
        }

        var isNorm = plan.Settings.Aggregator == NormBoundedMean.StrategyName && plan.Phase == 1;
        var bytes = isNorm
            ? NpzModel.Encode((NormBoundedMean.NormArray, ElementType.Float64, [_number + NpzModel.Decode(model)[0]]))
            : NpzModel.Encode([.. NpzModel.Decode(model).Select(v => v + ((_number + 1) * 0.1f))]);
        while (await SubmitAsync(task, bytes) is SubmitUpdateResult.Accepted && _cluster.Scheduler.Chance(_cluster.FaultPlan.Resubmit))
        {
        }
    }

    private async Task<SubmitUpdateResult> SubmitAsync(ClientTask task, byte[] bytes)
    {
        var update = ModelId.Parse(string.Create(CultureInfo.InvariantCulture, $"{_id}.{++_updates}"));
        var examples = (double)Weight;
        if (_cluster.Scheduler.Chance(_cluster.FaultPlan.Misbehave))
        {
            (bytes, examples) = _cluster.Scheduler.Random.Next(4) switch
            {
                0 => (NpzModel.Encode(1, 2, float.NaN, 4, 5), examples),
                1 => (NpzModel.Encode(1, 2), examples),
                2 => (bytes[..(bytes.Length / 2)], examples),
                _ => (bytes, 0),
            };
        }

        _cluster.Acknowledgements.Uploads.Add(update, bytes);
        _cluster.Acknowledgements.Weights.Add(update, Weight);
        _cluster.Acknowledgements.Tasks.Add(update, task);
        await InsistAsync($"{_id} upload {update}", server => UploadAsync(server, update, bytes));
        var error = examples > 0 ? null : new SubmitUpdateResult.Invalid("examples", "is 0; expected a number above 0");
        var submission = new UpdateSubmission(_id, update.Value, task.Round, examples, Phase: task.Plan!.Phase, Error: error);
        var result = await InsistAsync($"{_id} update {update} of round {task.Round}", server => server.SubmitAsync(submission));
        if (result is SubmitUpdateResult.Accepted)
        {
            _cluster.Acknowledgements.Accepted.Add(update);
        }
        else if (result is SubmitUpdateResult.Duplicate)
        {
            _cluster.Acknowledgements.Counted.Add(update);
        }

        return result;
    }

    /// <summary>Returns the bytes of a model; none for the result of a phase whose round has ended.</summary>
    private static async Task<byte[]> DownloadAsync(ServerNode server, ClientTask task)
    {
        using var source = await server.Stores.ModelData.OpenAsync(task.Model, CancellationToken.None);
        var bytes = new byte[source?.Length ?? 0];
        return source is null ? (task.Plan!.Phase > 1 ? bytes : throw new InvalidOperationException("the model is gone"))
            : source.Read(0, bytes) == bytes.Length ? bytes
            : throw new InvalidOperationException("the model is cut off");
    }

    /// <summary>In two chunks; a connection that breaks between them leaves nothing.</summary>
    private async Task<UploadResult> UploadAsync(ServerNode server, ModelId update, byte[] bytes)
    {
        await using var upload = await server.Uploads.BeginAsync(CancellationToken.None);
        await upload.AppendAsync(new ReadOnlySequence<byte>(bytes.AsMemory(0, bytes.Length / 3)), CancellationToken.None);
        await Task.Delay(_cluster.Scheduler.Delay(_cluster.FaultPlan.Latency), server.Process.Time, CancellationToken.None);
        await upload.AppendAsync(new ReadOnlySequence<byte>(bytes.AsMemory(bytes.Length / 3)), CancellationToken.None);
        return await server.Uploads.FinishAsync(upload, update, _id.Value, CancellationToken.None);
    }

    private async Task<T> InsistAsync<T>(string what, Func<ServerNode, Task<T>> handler)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var result = await _cluster.CallAsync(_process, what, handler);
                if (result is not SubmitUpdateResult.NotReady)
                {
                    return result;
                }
            }
            catch (LinkException) when (attempt < 100)
            {
            }

            await Task.Delay(TimeSpan.FromSeconds(1), _process.Time, CancellationToken.None);
        }
    }
}
