// SPDX-License-Identifier: Apache-2.0


using Grpc.Core;
using Tributary.Hosting.Grpc;

namespace Tributary.Client.Tests;

/// <summary>How a participant holds on to its task stream.</summary>
public sealed class StreamTests : IAsyncLifetime
{
    private readonly EventLog _events = new();
    private ScriptedCombiner _combiner = null!;

    public async ValueTask InitializeAsync() => _combiner = await ScriptedCombiner.StartAsync();

    public ValueTask DisposeAsync() => _combiner.DisposeAsync();

    [Fact]
    public async Task Stream_EndsWellOrBadly_IsAlwaysOpenedAgain()
    {
        _combiner.Stream = async (number, writer, call) =>
        {
            switch (number)
            {
                case 1:
                    return;
                case 2:
                    throw GrpcError.Of(StatusCode.Unavailable, "server stopping");
                case 3:
                    throw GrpcError.Of(StatusCode.Internal, "oh");
                case 4:
                    call.GetHttpContext().Abort();
                    break;
                default:
                    await writer.WriteAsync(ScriptedCombiner.Training("1"), call.CancellationToken);
                    break;
            }

            await Task.Delay(Timeout.Infinite, call.CancellationToken);
        };

        await using var run = Start();

        Assert.Equal("The combiner ended the task stream.", (await _events.NextAsync<ParticipantEvent.Disconnected>()).Reason);
        Assert.Contains("server stopping", (await _events.NextAsync<ParticipantEvent.Disconnected>()).Reason, StringComparison.Ordinal);
        await _events.NextAsync<ParticipantEvent.TaskCompleted>();
        Assert.Equal(5, _combiner.Streams);
    }

    [Theory]
    [InlineData(StatusCode.Unauthenticated)]
    [InlineData(StatusCode.PermissionDenied)]
    [InlineData(StatusCode.InvalidArgument)]
    [InlineData(StatusCode.Unimplemented)]
    public async Task Stream_Refused_EndsTheParticipant(StatusCode code)
    {
        _combiner.Stream = (_, _, _) => throw GrpcError.Of(code, "no");

        await using var run = Start();
        var error = await run.FailsWithAsync<CombinerException>();

        Assert.Equal((code, "no"), (error.Code, error.Message));
        Assert.Equal(1, _combiner.Streams);
    }

    [Fact]
    public async Task Stream_BreaksWhileATaskIsDone_TaskSentAgainIsNotDoneTwice()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var again = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _combiner.Stream = async (number, writer, call) =>
        {
            await writer.WriteAsync(ScriptedCombiner.Training("1"), call.CancellationToken);
            if (number == 1)
            {
                await begun.Task;
                throw GrpcError.Of(StatusCode.Unavailable, "gone");
            }

            // What follows on the same stream is read after the repetition: when it is done, the repetition has been dealt with.
            await writer.WriteAsync(ScriptedCombiner.Training("2"), call.CancellationToken);
            again.SetResult();
            await Task.Delay(Timeout.Infinite, call.CancellationToken);
        };
        var rounds = new List<string>();

        await using var run = Start(async (task, cancellationToken) =>
        {
            begun.TrySetResult();
            await again.Task.WaitAsync(cancellationToken);
            await _events.NextAsync<ParticipantEvent.Disconnected>();
            rounds.Add(task.RoundId);
            _events.Report(new ParticipantEvent.Disconnected("for the second round", TimeSpan.Zero));
            return new TrainingResult(task.Parameters, 1);
        });
        await Run.NextAsync(_combiner.Updates);
        await Run.NextAsync(_combiner.Updates);

        Assert.Equal(["1", "2"], rounds);
    }

    [Fact]
    public async Task Heartbeats_TimePasses_ComeEveryTwoSeconds()
    {
        var clock = new ManualTimeProvider();
        await using var run = Start(clock: clock);
        var first = await Run.NextAsync(_combiner.Heartbeats);
        await _events.NextAsync<ParticipantEvent.Connected>();

        clock.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(_combiner.Heartbeats.Reader.TryRead(out _));
        for (var i = 0; i < 3; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(2));
            await Run.NextAsync(_combiner.Heartbeats);
        }

        Assert.Equal(("hospital", "id-1"), (first.Sender.Name, first.Sender.ClientId));
    }

    private Run Start(Func<TrainingTask, CancellationToken, Task<TrainingResult>>? train = null, TimeProvider? clock = null) => new(new Participant(
        new ParticipantOptions
        {
            Combiner = _combiner.Address,
            Name = "hospital",
            ClientId = "id-1",
            RetryDelay = TimeSpan.FromMilliseconds(5),
            Random = new Random(1),
            Progress = _events,
            TimeProvider = clock ?? TimeProvider.System,
        },
        train ?? ((task, _) => Task.FromResult(new TrainingResult(task.Parameters, 1)))));
}
