// SPDX-License-Identifier: Apache-2.0

using static Tributary.Repository.Tests.ScanSamples;

namespace Tributary.Repository.Tests;

/// <summary>A file that has not been scanned is scanned once, however many ask for it at the same time.</summary>
public sealed class FileAccessPolicyTests : RepositoryTests
{
    private const string Quarantine = "The file is in quarantine: the pickle imports os.system";

    private readonly ManualResetEventSlim _gate = new();

    public override void Dispose()
    {
        _gate.Dispose();
        base.Dispose();
    }

    [Fact]
    public async Task ManyAtOnce_TakeTheResultOfOneScan()
    {
        await using var host = await StartAsync();
        var file = await FindFileAsync(host);
        var streams = Enumerable.Range(0, 5).Select(_ => new GatedStream(Evil, _gate)).ToArray();
        try
        {
            var asked = streams.Select(s => AskAsync(host, file, s, Token)).ToArray();
            await streams[0].Entered.WaitAsync(TestLimits.Step, Token);
            _gate.Set();

            Assert.All(await Task.WhenAll(asked).WaitAsync(TestLimits.Step, Token), objection => Assert.Equal(Quarantine, objection));
            Assert.Equal([true, false, false, false, false], streams.Select(s => s.Entered.IsCompleted));
            Assert.All(streams, s => Assert.Equal(0, s.Position));
        }
        finally
        {
            _gate.Set();
        }
    }

    [Fact]
    public async Task WhoLeaves_EndsNoScanOfAnother()
    {
        await using var host = await StartAsync();
        var file = await FindFileAsync(host);
        using var leaving = new CancellationTokenSource();
        using var tired = new CancellationTokenSource();
        GatedStream[] streams = [new(Evil, _gate, leaving.Token), new(Evil, _gate, tired.Token), new(Evil, _gate)];
        try
        {
            var scanning = AskAsync(host, file, streams[0], leaving.Token);
            await streams[0].Entered.WaitAsync(TestLimits.Step, Token);
            var waiting = AskAsync(host, file, streams[1], tired.Token);
            var next = AskAsync(host, file, streams[2], Token);

            await tired.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(TestLimits.Step, Token));
            Assert.False(scanning.IsCompleted);

            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scanning.WaitAsync(TestLimits.Step, Token));
            await streams[2].Entered.WaitAsync(TestLimits.Step, Token);
            _gate.Set();

            Assert.Equal(Quarantine, await next.WaitAsync(TestLimits.Step, Token));
            Assert.False(streams[1].Entered.IsCompleted);
        }
        finally
        {
            _gate.Set();
        }
    }

    [Theory]
    [InlineData("models", "models")]
    [InlineData("training-results", "training-results")]
    [InlineData("strategies", null)]
    public async Task UnsignedWeights_UsedAsAModel_NeedTheSignatureOfBothCollections(string required, string? named)
    {
        await using var host = await StartAsync(("Repository:Signatures:Required:0", required));
        var weights = new RepositoryFile("0123456789abcdef01234567", "weights/m/1/t", "t", 1, new string('0', 64), DateTimeOffset.UnixEpoch);

        var objection = await AskAsync(host, weights, Stream.Null, Token);

        Assert.Equal(
            named is null ? null : $"The file is not signed with a key that is known, and {named} are served only when they are", objection);
    }

    private static async Task<string?> AskAsync(RepositoryHost host, RepositoryFile file, Stream stream, CancellationToken cancellationToken) =>
        await host.Policy.FindObjectionAsync(RepositoryKind.Model, new RepositoryContent(file, stream), cancellationToken);

    /// <summary>With a file that came in while nothing was looked at.</summary>
    private async Task<RepositoryHost> StartAsync()
    {
        await using (var before = await StartAsync(("Repository:Pickles", "off")))
        {
            await before.PostAsync("/model", ModelJson);
            await before.PutFileAsync("/model/m/1", Evil);
        }

        return await StartAsync(("Repository:Pickles", "enforce"));
    }

    private static async Task<RepositoryFile> FindFileAsync(RepositoryHost host)
    {
        var id = (string)(await host.GetJsonAsync("/api/v2/files"))["items"]![0]!["id"]!;
        var content = (await host.Store.OpenAsync(id, Token))!;
        await content.Stream.DisposeAsync();
        return content.File;
    }
}
