// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;
using Grpc.Core;
using Tributary.Hosting.Grpc;
using Tributary.Protocol.Fedn;
using Tributary.Testing;

namespace Tributary.Client.Tests;

/// <summary>What a participant does with its tasks, seen from the wire.</summary>
public sealed class TaskTests : IAsyncLifetime
{
    private readonly EventLog _events = new();
    private ScriptedCombiner _combiner = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _combiner = await ScriptedCombiner.StartAsync();

    public ValueTask DisposeAsync() => _combiner.DisposeAsync();

    [Fact]
    public async Task Training_Done_SendsWhatAFednClientSends()
    {
        Send(ScriptedCombiner.Training("7"));
        await using var run = Start((task, _) =>
        {
            Assert.Equal(("7", "model-0", "session-0", "180.0"), (task.RoundId, task.ModelId, task.SessionId, task.RoundConfig["round_timeout"]));
            AddOne(task);
            return Task.FromResult(new TrainingResult(task.Parameters, 120)
            {
                Metadata = new Dictionary<string, string> { ["epochs"] = "3" },
                Metrics = new Dictionary<string, double> { ["loss"] = 0.25, ["zero"] = 0 },
            });
        });

        var completed = await _events.NextAsync<ParticipantEvent.TaskCompleted>();
        var update = await Run.NextAsync(_combiner.Updates);

        Assert.Equal((TaskKind.Training, "model-0", "7"), (completed.Kind, completed.ModelId, completed.RoundId));
        var (id, bytes) = Assert.Single(_combiner.Uploads);
        Assert.Equal([2, 3, 4], ScriptedCombiner.Decode(bytes));
        Assert.Equal((id, "model-0", ""), (update.ModelUpdateId, update.ModelId, update.CorrelationId));
        Assert.Equal(("hospital", Role.Client, "id-1"), (update.Sender.Name, update.Sender.Role, update.Sender.ClientId));
        Assert.Equal(("combiner", Role.Combiner), (update.Receiver.Name, update.Receiver.Role));
        using var meta = JsonDocument.Parse(update.Meta);
        Assert.Equal(120, meta.RootElement.GetProperty("training_metadata").GetProperty("num_examples").GetDouble());
        Assert.Equal("3", meta.RootElement.GetProperty("training_metadata").GetProperty("epochs").GetString());
        Assert.Equal(ScriptedCombiner.Training("7").Data, meta.RootElement.GetProperty("config").GetString());
        Assert.All(["exec_training", "processing_time", "upload_model", "fetch_model"], key => Assert.True(meta.RootElement.GetProperty(key).GetDouble() >= 0));
        var metric = Assert.Single(_combiner.Metrics);
        Assert.Equal(("7", "model-0", "session-0"), (metric.RoundId, metric.ModelId, metric.SessionId));
        Assert.Equal([("loss", 0.25f), ("zero", 0f)], metric.Metrics.Select(m => (m.Key, m.Value)));
        Assert.Equal(
            [(LogLevel.Audit, "Received request from combiner."), (LogLevel.Info, "Starting processing of training request. Model id: model-0"), (LogLevel.Audit, "Model update completed.")],
            _combiner.Statuses.Select(s => (s.LogLevel, s.Status_)));
        Assert.All(_combiner.Statuses, s => Assert.Equal(
            (StatusType.ModelUpdate, "session-0", "hospital", Role.Client, "id-1"), (s.Type, s.SessionId, s.Sender.Name, s.Sender.Role, s.Sender.ClientId)));
    }

    [Fact]
    public async Task Id_OutsideAscii_IsInEveryMessage()
    {
        const string Id = "Größe-λ";
        Send(ScriptedCombiner.Training("1"));
        await using var run = new Run(new Participant(Options(Path.GetTempPath(), Id), Same));

        await _events.NextAsync<ParticipantEvent.TaskCompleted>();

        Assert.Null(await Run.NextAsync(_combiner.ClientHeaders));
        Assert.Equal(Id, (await Run.NextAsync(_combiner.Heartbeats)).Sender.ClientId);
        Assert.Equal([Id, Id, Id], _combiner.Statuses.Select(s => s.Sender.ClientId));
    }

    [Fact]
    public async Task Validation_Done_EchoesWhatIdentifiesIt()
    {
        Send(ScriptedCombiner.Validation("model-3"));
        await using var run = Start(Unwanted, (task, _) => Task.FromResult<IReadOnlyDictionary<string, double>?>(
            new Dictionary<string, double> { ["first"] = task.Parameters.ReadOnlyValues<float>(0)[0], ["nan"] = double.NaN }));

        var validation = await Run.NextAsync(_combiner.Validations);

        Assert.Equal(("model-3", "validate-model-3", "session-0"), (validation.ModelId, validation.CorrelationId, validation.SessionId));
        Assert.Equal(("hospital", Role.Client, "id-1"), (validation.Sender.Name, validation.Sender.Role, validation.Sender.ClientId));
        Assert.Equal("""{"first":1,"nan":"NaN"}""", validation.Data);
        Assert.NotNull(validation.Timestamp);
        await _events.NextAsync<ParticipantEvent.TaskCompleted>();
    }

    [Fact]
    public async Task Validation_NothingMeasured_SendsNothing()
    {
        Send(ScriptedCombiner.Validation("model-3"), ScriptedCombiner.Training("1"));
        await using var run = Start(Same, (_, _) => Task.FromResult<IReadOnlyDictionary<string, double>?>(null));

        await Run.NextAsync(_combiner.Updates);

        Assert.False(_combiner.Validations.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Tasks_OfOtherKindsAndSenders_AreLeftToOthers()
    {
        var stranger = ScriptedCombiner.Training("1");
        stranger.Sender.Role = Role.Client;
        Send(stranger, new TaskRequest { Type = StatusType.Forward, ModelId = "m" }, ScriptedCombiner.Validation("v"), ScriptedCombiner.Training("2"));
        await using var run = Start(Same);

        Assert.Equal("2", (await _events.NextAsync<ParticipantEvent.TaskStarted>()).RoundId);
        await Run.NextAsync(_combiner.Updates);
        Assert.False(_combiner.Updates.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Tasks_Several_AreDoneOneAtATimeInOrder()
    {
        Send([.. Enumerable.Range(1, 8).Select(round => ScriptedCombiner.Training($"{round}"))]);
        var (working, order) = (0, new List<string>());
        await using var run = Start(async (task, _) =>
        {
            Assert.Equal(1, Interlocked.Increment(ref working));
            await Task.Yield();
            order.Add(task.RoundId);
            Interlocked.Decrement(ref working);
            return new TrainingResult(task.Parameters, 1);
        });

        for (var i = 0; i < 8; i++)
        {
            await Run.NextAsync(_combiner.Updates);
        }

        Assert.Equal(["1", "2", "3", "4", "5", "6", "7", "8"], order);
    }

    [Fact]
    public async Task Training_Throws_IsReportedByTypeAloneAndTheNextIsDone()
    {
        Send(ScriptedCombiner.Training("1"), ScriptedCombiner.Training("2"));
        await using var run = Start((task, _) => task.RoundId == "1"
            ? throw new InvalidOperationException("patient 4711")
            : Task.FromResult(new TrainingResult(task.Parameters, 1)));

        var failed = await _events.NextAsync<ParticipantEvent.TaskFailed>();
        await Run.NextAsync(_combiner.Updates);

        Assert.Equal(("1", "patient 4711"), (failed.RoundId, failed.Error.Message));
        var status = Assert.Single(_combiner.Statuses, s => s.LogLevel == LogLevel.Error);
        Assert.Equal(("Client hospital failed to complete model update.", "InvalidOperationException"), (status.Status_, status.Data));
        Assert.DoesNotContain(_combiner.Statuses, s => $"{s}".Contains("patient", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("no json")]
    [InlineData("[]")]
    [InlineData("""{"task":"training"}""")]
    public async Task Training_SenselessSettings_FailsAndTheNextIsDone(string data)
    {
        var odd = ScriptedCombiner.Training("1");
        odd.Data = data;
        Send(odd, ScriptedCombiner.Training("2"));
        await using var run = Start(Same);

        Assert.IsType<CombinerException>((await _events.NextAsync<ParticipantEvent.TaskFailed>()).Error);
        await Run.NextAsync(_combiner.Updates);
    }

    [Fact]
    public async Task Training_ModelIsNotThere_FailsAndTheNextIsDone()
    {
        _combiner.Model = id => id == "gone" ? null : ScriptedCombiner.Encode([1]);
        Send(ScriptedCombiner.Training("1", "gone"), ScriptedCombiner.Training("2"));
        await using var run = Start(Same);

        Assert.Equal("The combiner does not have model 'gone'.", (await _events.NextAsync<ParticipantEvent.TaskFailed>()).Error.Message);
        await Run.NextAsync(_combiner.Updates);
    }

    [Fact]
    public async Task Training_ModelIsNone_FailsAndTheNextIsDone()
    {
        _combiner.Model = id => id == "junk" ? [1, 2, 3] : ScriptedCombiner.Encode([1]);
        Send(ScriptedCombiner.Training("1", "junk"), ScriptedCombiner.Training("2"));
        await using var run = Start(Same);

        Assert.IsType<Numerics.Formats.ParameterFormatException>((await _events.NextAsync<ParticipantEvent.TaskFailed>()).Error);
        await Run.NextAsync(_combiner.Updates);
    }

    [Fact]
    public async Task Training_UpdateIsRefused_FailsWithTheServersText()
    {
        _combiner.Answer = update => $"REFUSED ModelUpdate {update.ModelUpdateId}: model has the wrong shape";
        Send(ScriptedCombiner.Training("1"));
        await using var run = Start(Same);

        var failed = await _events.NextAsync<ParticipantEvent.TaskFailed>();

        Assert.EndsWith("model has the wrong shape", failed.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_BreaksTwice_IsSentAgainFromTheStartWithTheSameId()
    {
        // 3 MiB: four chunks, of which the second and then the fourth break.
        var values = Enumerable.Range(0, 3 << 18).Select(i => (float)i).ToArray();
        _combiner.Model = _ => ScriptedCombiner.Encode(values);
        _combiner.Chunk = (upload, chunk) =>
        {
            if (upload == 1 && chunk == 2 || upload == 2 && chunk == 4)
            {
                throw GrpcError.Of(StatusCode.Unavailable, "a store is out of order");
            }
        };
        Send(ScriptedCombiner.Training("1"));
        await using var run = Start(Same);

        var update = await Run.NextAsync(_combiner.Updates);

        Assert.Equal([update.ModelUpdateId, update.ModelUpdateId, update.ModelUpdateId], _combiner.UploadsBegun);
        var (id, bytes) = Assert.Single(_combiner.Uploads);
        Assert.Equal(update.ModelUpdateId, id);
        Assert.Equal(values, ScriptedCombiner.Decode(bytes));
    }

    [Fact]
    public async Task Upload_Refused_FailsTheTaskWithTheStatus()
    {
        _combiner.Chunk = (_, _) => throw GrpcError.Of(StatusCode.ResourceExhausted, "too long");
        Send(ScriptedCombiner.Training("1"));
        await using var run = Start(Same);

        var error = Assert.IsType<CombinerException>((await _events.NextAsync<ParticipantEvent.TaskFailed>()).Error);

        Assert.Equal((StatusCode.ResourceExhausted, "too long"), (error.Code, error.Message));
    }

    [Fact]
    public async Task Stop_WhileTraining_CancelsTheTrainerAndLeavesNoFiles()
    {
        var folder = Directory.CreateTempSubdirectory("tributary-client-tests-");
        Send(ScriptedCombiner.Training("1"));
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var participant = new Participant(Options(folder.FullName), async (_, cancellationToken) =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException("never reached");
        });
        var running = participant.RunAsync(stopping.Token);
        await begun.Task.WaitAsync(TestLimits.Step, Token);

        await Assert.ThrowsAsync<InvalidOperationException>(() => participant.RunAsync(Token));
        await stopping.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TestLimits.Step, Token));
        Assert.Empty(folder.EnumerateFiles());
        folder.Delete();
    }

    private static Task<TrainingResult> Same(TrainingTask task, CancellationToken cancellationToken) =>
        Task.FromResult(new TrainingResult(task.Parameters, 1));

    private static Task<TrainingResult> Unwanted(TrainingTask task, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("nobody asked for training");

    private static void AddOne(TrainingTask task)
    {
        foreach (ref var value in task.Parameters.Values<float>(0))
        {
            value += 1;
        }
    }

    /// <summary>Puts tasks on every stream, which then stays open.</summary>
    private void Send(params TaskRequest[] tasks) => _combiner.Stream = async (_, writer, call) =>
    {
        foreach (var task in tasks)
        {
            await writer.WriteAsync(task, call.CancellationToken);
        }

        await Task.Delay(Timeout.Infinite, call.CancellationToken);
    };

    private Run Start(
        Func<TrainingTask, CancellationToken, Task<TrainingResult>> train,
        Func<ValidationTask, CancellationToken, Task<IReadOnlyDictionary<string, double>?>>? validate = null) =>
        new(new Participant(Options(Path.GetTempPath()), train, validate));

    private ParticipantOptions Options(string folder, string clientId = "id-1") => new()
    {
        Combiner = _combiner.Address,
        Name = "hospital",
        ClientId = clientId,
        RetryDelay = TimeSpan.FromMilliseconds(5),
        TemporaryFolder = folder,
        Random = new Random(1),
        Progress = _events,
    };
}
