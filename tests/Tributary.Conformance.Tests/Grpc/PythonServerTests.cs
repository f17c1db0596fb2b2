// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Security.Cryptography;
using System.Threading.Channels;
using Grpc.Core;
using Tributary.Client;

namespace Tributary.Conformance.Tests.Grpc;

/// <summary>The participant of the SDK against a combiner of grpcio.</summary>
public sealed class PythonServerTests : IAsyncLifetime
{
    private const int Parameters = 2_500_000;

    private readonly TemporaryFolder _folder = new();
    private readonly Channel<ParticipantEvent> _events = Channel.CreateUnbounded<ParticipantEvent>();
    private byte[] _model = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await Grpcio.GenerateAsync(_folder.Path);
        _model = NpzModel.Encode([.. Enumerable.Range(0, Parameters).Select(i => i * 0.5f)]);
        await File.WriteAllBytesAsync(_folder.Combine("model.npz"), _model, Token);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("train", new[] { "stream 1", "upload 1", "uploaded", "update done" })]
    [InlineData("lossy", new[] { "stream 1", "download 1", "download 2", "upload 1", "upload 2", "uploaded", "update done" })]
    public async Task Training_TransferBreaksOrNot_TheWholeModelArrives(string plan, string[] expected)
    {
        using var server = Start(plan);
        var address = await AddressAsync(server);
        await using var participant = new Running(address, _folder, _events.Writer);

        await ReadLinesAsync(server, expected);
        await NextAsync<ParticipantEvent.TaskCompleted>();
    }

    [Fact]
    public async Task Upload_EndedByTheServer_FailsWithTheServersStatus()
    {
        using var server = Start("refuse");
        var address = await AddressAsync(server);
        await using var participant = new Running(address, _folder, _events.Writer);

        var failed = await NextAsync<ParticipantEvent.TaskFailed>();

        var error = Assert.IsType<CombinerException>(failed.Error);
        Assert.Equal((StatusCode.FailedPrecondition, true), (error.Code, error.Message.Contains("early", StringComparison.Ordinal)));
        await ReadLinesAsync(server, "stream 1", "upload 1", "update failed");
    }

    [Fact]
    public async Task Server_KilledDuringAnUpload_ParticipantFindsTheNextAndUploadsAgain()
    {
        var port = FreePorts.Find();
        var first = Start("stall", port);
        await using var participant = new Running(await AddressAsync(first), _folder, _events.Writer);
        await ReadLinesAsync(first, "stream 1", "upload 1");

        first.Kill();
        await NextAsync<ParticipantEvent.Disconnected>();
        first.Dispose();
        using var second = Start("train", port);

        await NextAsync<ParticipantEvent.TaskCompleted>();
        Assert.False(participant.Task.IsCompleted);
    }

    [Fact]
    public async Task Server_FallsSilent_IsALostConnectionAndTheUploadIsTriedAgain()
    {
        using var server = Start("stall");
        await using var participant = new Running(await AddressAsync(server), _folder, _events.Writer);
        await ReadLinesAsync(server, "stream 1", "upload 1");

        // The process keeps its connections but answers no ping.
        server.Signal("STOP");
        await NextAsync<ParticipantEvent.Disconnected>();
        await NextAsync<ParticipantEvent.Disconnected>();
        server.Signal("CONT");

        await NextAsync<ParticipantEvent.TaskCompleted>();
        Assert.False(participant.Task.IsCompleted);
    }

    private PythonProcess Start(string plan, int port = 0) => new("grpc_server.py", _folder.Path, port.ToString(CultureInfo.InvariantCulture), plan);

    private static async Task<Uri> AddressAsync(PythonProcess server) => new($"http://127.0.0.1:{await server.ReadLineAsync()}");

    private async Task ReadLinesAsync(PythonProcess server, params string[] expected)
    {
        foreach (var line in expected)
        {
            Assert.Equal(line == "uploaded" ? $"uploaded {Convert.ToHexStringLower(SHA256.HashData(_model))}" : line, await server.ReadLineAsync());
        }
    }

    private async Task<T> NextAsync<T>()
        where T : ParticipantEvent
    {
        var seen = new List<ParticipantEvent>();
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(Token);
        bounded.CancelAfter(TestLimits.Step);
        try
        {
            while (true)
            {
                seen.Add(await _events.Reader.ReadAsync(bounded.Token));
                Assert.False(seen[^1] is ParticipantEvent.TaskFailed { Error: not CombinerException }, $"{seen[^1]}");
                if (seen[^1] is T wanted)
                {
                    return wanted;
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"No {typeof(T).Name} came; seen: {string.Join(", ", seen)}");
        }
    }

    /// <summary>A participant that takes part while a test lasts, and gives models back as they are.</summary>
    private sealed class Running : IAsyncDisposable, IProgress<ParticipantEvent>
    {
        private readonly CancellationTokenSource _stopping = CancellationTokenSource.CreateLinkedTokenSource(Token);
        private readonly ChannelWriter<ParticipantEvent> _events;

        public Running(Uri combiner, TemporaryFolder folder, ChannelWriter<ParticipantEvent> events)
        {
            _events = events;
            var options = new ParticipantOptions
            {
                Combiner = combiner,
                Name = "sdk",
                ClientId = "sdk",
                TemporaryFolder = folder.Path,
                RetryDelay = TimeSpan.FromMilliseconds(50),
                MaxRetryDelay = TimeSpan.FromMilliseconds(200),
                Progress = this,
            };
            Task = new Participant(options, (task, _) => System.Threading.Tasks.Task.FromResult(new TrainingResult(task.Parameters, 1))).RunAsync(_stopping.Token);
        }

        public Task Task { get; }

        public void Report(ParticipantEvent value) => _events.TryWrite(value);

        public async ValueTask DisposeAsync()
        {
            await _stopping.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WaitAsync(TestLimits.Step));
            _stopping.Dispose();
        }
    }
}
