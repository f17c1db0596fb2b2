// SPDX-License-Identifier: Apache-2.0

using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Core;
using Tributary.Core.Rounds;
using Tributary.Protocol.Fedn;
using Tributary.Testing;

namespace Tributary.Combiner.Tests.Models;

/// <summary>Model bytes over real gRPC, well-behaved and not.</summary>
public sealed class TransferTests : IAsyncLifetime
{
    private CombinerHost _host = null!;
    private FednPeer _peer = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, ModelRequest[], StatusCode> Refused => new()
    {
        { "no message", [], StatusCode.Aborted },
        { "no terminator", [Chunk("abc", 1)], StatusCode.Aborted },
        { "no id", [new() { Status = ModelStatus.InProgress }], StatusCode.InvalidArgument },
        { "a path", [Chunk("../evil", 1), End("../evil")], StatusCode.InvalidArgument },
        { "an absolute path", [Chunk("/etc/passwd", 1), End("/etc/passwd")], StatusCode.InvalidArgument },
        { "two ids", [Chunk("abc", 1), Chunk("abd", 1), End("abc")], StatusCode.InvalidArgument },
        { "data in the terminator", [Chunk("abc", 1), new() { Id = "abc", Data = ByteString.CopyFrom(1) }], StatusCode.InvalidArgument },
        { "more after the terminator", [End("abc"), Chunk("abc", 1)], StatusCode.InvalidArgument },
        { "status FAILED", [new() { Id = "abc", Status = ModelStatus.Failed }], StatusCode.InvalidArgument },
        { "an unknown status", [new() { Id = "abc", Status = (ModelStatus)77 }], StatusCode.InvalidArgument },
        { "too many bytes", [Chunk("abc", 600_000), Chunk("abc", 600_000), End("abc")], StatusCode.ResourceExhausted },
        { "the id of a model", [Chunk("model", 1), End("model")], StatusCode.AlreadyExists },
    };

    public async ValueTask InitializeAsync()
    {
        _host = await CombinerHost.StartAsync(options => options.MaxModelBytes = 1_000_000);
        _peer = _host.Peer("a");
        _host.Disk.AddModel("model", [7]);
    }

    public async ValueTask DisposeAsync()
    {
        await _peer.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Upload_ThenDownload_IsTheSame()
    {
        var answer = await _peer.UploadFramesAsync([new() { Id = "abc", Data = ByteString.CopyFromUtf8("x"), Status = ModelStatus.InProgress }, End("abc")], Token);

        Assert.Equal(new ModelResponse { Id = "abc", Message = "Got model successfully." }, answer);
        Assert.Equal(
            [new ModelResponse { Id = "abc", Data = ByteString.CopyFromUtf8("x"), Status = ModelStatus.InProgress }, new ModelResponse { Id = "abc" }],
            await _peer.DownloadFramesAsync("abc", Token));
    }

    [Fact]
    public async Task Upload_TerminatorAlone_IsAnEmptyModel()
    {
        await _peer.UploadFramesAsync([End("abc")], Token);

        Assert.Equal([new ModelResponse { Id = "abc" }], await _peer.DownloadFramesAsync("abc", Token));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Upload_Wrong_IsRefusedAndLeavesNothing(string what, ModelRequest[] frames, StatusCode expected)
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => _peer.UploadFramesAsync(frames, Token));

        Assert.Equal((what, expected), (what, error.StatusCode));
        Assert.Empty(_host.Disk.UploadBytes);
        Assert.Equal([7], _host.Disk.ModelBytes[ModelId.Parse("model")]);
    }

    [Fact]
    public async Task Upload_BrokenThenWhole_HasTheSecondAlone()
    {
        await Assert.ThrowsAsync<RpcException>(() => _peer.UploadFramesAsync([Chunk("abc", 3)], Token));
        await _peer.UploadAsync("abc", [9], Token);
        await _peer.UploadAsync("abc", [9], Token);

        Assert.Equal([9], await _peer.DownloadAsync("abc", Token));
    }

    [Fact]
    public async Task Upload_IdOfAnother_IsRefusedAndHidden()
    {
        await _peer.UploadAsync("abc", [1], Token);
        await using var other = _host.Peer("b");

        var error = await Assert.ThrowsAsync<RpcException>(() => other.UploadAsync("abc", [2], Token));

        Assert.Equal(StatusCode.AlreadyExists, error.StatusCode);
        Assert.Equal([ModelStatus.Unknown, ModelStatus.Failed], (await other.DownloadFramesAsync("abc", Token)).Select(f => f.Status));
        Assert.Equal([1], await _peer.DownloadAsync("abc", Token));
    }

    [Fact]
    public async Task Upload_MessageBeyondTheLimit_IsResourceExhausted()
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => _peer.UploadFramesAsync([Chunk("abc", (4 << 20) + 100)], Token));

        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
    }

    [Fact]
    public async Task Upload_StoreOutOfOrder_IsUnavailableAndWorksNext()
    {
        _host.Errors.Expect("simulated");
        _host.StoreFaults.FailBefore("publish an upload");

        var error = await Assert.ThrowsAsync<RpcException>(() => _peer.UploadAsync("abc", [1], Token));
        await _peer.UploadAsync("abc", [1], Token);

        Assert.Equal((StatusCode.Unavailable, "A store of the server is out of order; try again."), (error.StatusCode, error.Status.Detail));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("")]
    [InlineData("../evil")]
    public async Task Download_Unknown_IsToldInTheStream(string id) =>
        Assert.Equal([ModelStatus.Unknown, ModelStatus.Failed], (await _peer.DownloadFramesAsync(id, Token)).Select(f => f.Status));

    [Fact]
    public async Task Download_ResultOfAPhase_IsForItsSelectedClientsAndUnavailableUntilTheRoundResumes()
    {
        var (round, result) = (PlainPlan.For(7) with { Phase = 2, PhaseModel = ModelId.Parse("out.phase-1") }, ModelId.Parse("out.phase-1"));
        _host.Disk.ModelBytes[result] = [8];
        _host.Disk.Selections.Add(new RoundSelection(7, 2, "combiner", [ClientId.Parse("a")], DateTimeOffset.MaxValue));
        _host.Disk.Rounds[7] = new RoundRecord
        {
            Number = 7,
            RunId = "run",
            Index = 1,
            Status = RoundStatus.Pending,
            Phase = 2,
            PhaseResult = new PhaseResult(result, null),
            Output = ModelId.Parse("out"),
            OpenedAt = DateTimeOffset.UnixEpoch,
            Plan = round,
        };
        await using var other = _host.Peer("b");

        var error = await Assert.ThrowsAsync<RpcException>(() => _peer.DownloadFramesAsync(result.Value, Token));
        Assert.Equal((StatusCode.Unavailable, "id 'out.phase-1': its round is not open at the moment; try again soon"), (error.StatusCode, error.Status.Detail));
        using var anonymous = GrpcChannel.ForAddress(_host.Address);
        using var named = new ModelService.ModelServiceClient(anonymous).Download(new ModelRequest { Id = result.Value, Sender = new Client { ClientId = "a" } }, cancellationToken: Token);
        error = await Assert.ThrowsAsync<RpcException>(() => named.ResponseStream.MoveNext(Token));
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        await IsUnknownAsync(_peer, "out.phase-2");
        await IsUnknownAsync(other, result.Value);

        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Token);
        _host.Disk.AddModel(round.Model.Value, NpzModel.Encode(1));
        var training = _host.Services.GetRequiredService<RoundRunner>().TrainAsync(round, RoundOrigin.Resumed, () => { }, stopping.Token);
        await Eventually.BecomesAsync("the task", () => _host.Roster.FindTrainingRound(ClientId.Parse("a")), number => number == 7);
        Assert.Equal([8], await _peer.DownloadAsync(result.Value, Token));
        await IsUnknownAsync(other, result.Value);
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => training);

        static async Task IsUnknownAsync(FednPeer peer, string id) =>
            Assert.Equal([ModelStatus.Unknown, ModelStatus.Failed], (await peer.DownloadFramesAsync(id, Token)).Select(f => f.Status));
    }

    [Theory]
    [InlineData(3 << 20, new[] { 1 << 20, 1 << 20, 1 << 20, 0 })]
    [InlineData((1 << 20) + 1, new[] { 1 << 20, 1, 0 })]
    public async Task Download_Large_ComesInChunksOfAMebibyte(int length, int[] expected)
    {
        _host.Disk.ModelBytes[ModelId.Parse("model")] = new byte[length];

        Assert.Equal(expected, (await _peer.DownloadFramesAsync("model", Token)).Select(f => f.Data.Length));
    }

    private static ModelRequest Chunk(string id, int length) =>
        new() { Id = id, Data = ByteString.CopyFrom(new byte[length]), Status = ModelStatus.InProgress };

    private static ModelRequest End(string id) => new() { Id = id };
}
