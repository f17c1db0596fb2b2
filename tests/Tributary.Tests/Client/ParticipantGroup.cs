// SPDX-License-Identifier: Apache-2.0

using System.Threading.Channels;

namespace Tributary.Tests.Client;

/// <summary>Participants that run while a test lasts.</summary>
internal sealed class ParticipantGroup : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = CancellationTokenSource.CreateLinkedTokenSource(Token);
    private readonly List<Task> _running = [];

    /// <summary>What all of them report.</summary>
    public Channel<ParticipantEvent> Events { get; } = Channel.CreateUnbounded<ParticipantEvent>();

    public void Add(
        ServerHost server,
        string name,
        Func<TrainingTask, CancellationToken, Task<TrainingResult>> train,
        Func<ValidationTask, CancellationToken, Task<IReadOnlyDictionary<string, double>?>>? validate = null,
        Uri? combiner = null)
    {
        var options = new ParticipantOptions
        {
            Controller = combiner is null ? server.Controller : null,
            Combiner = combiner,
            Name = name,
            ClientId = name,
            RetryDelay = TimeSpan.FromMilliseconds(50),
            MaxRetryDelay = TimeSpan.FromMilliseconds(200),
            Random = new Random(1),
            Progress = new Listener(Events),
        };
        _running.Add(new Participant(options, train, validate).RunAsync(_stopping.Token));
    }

    /// <summary>Adds <paramref name="step"/> to every value.</summary>
    public static Func<TrainingTask, CancellationToken, Task<TrainingResult>> Adding(float step, double examples) => (task, _) =>
    {
        for (var array = 0; array < task.Parameters.Layout.Arrays.Length; array++)
        {
            foreach (ref var value in task.Parameters.Values<float>(array))
            {
                value += step;
            }
        }

        return Task.FromResult(new TrainingResult(task.Parameters, examples) { Metrics = new Dictionary<string, double> { ["step"] = step } });
    };

    public async Task<T> NextAsync<T>()
        where T : ParticipantEvent
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(Token);
        late.CancelAfter(TestLimits.Step);
        while (true)
        {
            if (await Events.Reader.ReadAsync(late.Token) is T wanted)
            {
                return wanted;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        var all = Task.WhenAll(_running);
        await all.WaitAsync(TestLimits.Step, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.True(all.IsCanceled, $"The participants did not all stop by being cancelled: {all.Exception?.Message}");
        _stopping.Dispose();
    }

    private sealed class Listener(Channel<ParticipantEvent> events) : IProgress<ParticipantEvent>
    {
        public void Report(ParticipantEvent value) => events.Writer.TryWrite(value);
    }
}

/// <summary>Models and clients on the server, for tests.</summary>
internal static class ServerCalls
{
    public static async Task<string> UploadAsync(this ControllerClient controller, params float[] values)
    {
        using var bytes = new MemoryStream(NpzModel.Encode(values));
        return await controller.Models.UploadAsync(bytes, "initial", Token);
    }

    public static async Task<float[]> DownloadAsync(this ControllerClient controller, string modelId)
    {
        using var bytes = new MemoryStream();
        await controller.Models.DownloadAsync(modelId, bytes, Token);
        return NpzModel.Decode(bytes.ToArray());
    }

    /// <summary>Returns when so many participants are connected.</summary>
    public static async Task WaitForClientsAsync(this ControllerClient controller, int count)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(Token);
        late.CancelAfter(TestLimits.Step);
        while ((await controller.Reports.ListClientsAsync("online", cancellationToken: late.Token)).Count < count)
        {
            await Task.Yield();
        }
    }

    public static async Task<SessionSummary> RunSessionAsync(this ControllerClient controller, SessionSettings settings)
    {
        var session = await controller.Sessions.CreateAsync(settings, Token);
        await controller.Sessions.StartAsync(session.SessionId, cancellationToken: Token);
        return await controller.Sessions.WaitUntilEndedAsync(session.SessionId, Token).WaitAsync(TestLimits.Step, Token);
    }
}
