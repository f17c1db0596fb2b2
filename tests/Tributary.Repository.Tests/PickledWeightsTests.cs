// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Updates;
using Tributary.Numerics.Formats;
using Tributary.Numerics.Parameters;
using Tributary.Testing.Stores;

namespace Tributary.Repository.Tests;

public sealed class PickledWeightsTests : RepositoryTests
{
    private const string Path = "/training-results/weights/m/1/1001";

    private static readonly byte[] NoNpz = new byte[100];

    [Fact]
    public async Task WeightsOfASession_ComeAsAPickleInTextAndAsTheyAreInBytes()
    {
        await using var host = await StartAsync();
        var layout = new ParameterLayout([new ArraySpec("a", ElementType.Float32, [2, 3]), new ArraySpec("b", ElementType.Float64, [4])]);
        using var parameters = ParameterSet.Allocate(layout);
        using var npz = new MemoryStream();
        using var pickle = new MemoryStream();
        ParameterCodecs.Get("npz").Write(parameters, npz, Token);
        ParameterCodecs.Pickle.Write(parameters, pickle, Token);
        await AddAsync(host, npz.ToArray());

        var text = await host.GetTextAsync(Path);
        using var bytes = await host.SendAsync(Path, h => h.Accept.ParseAdd("application/octet-stream"));

        Assert.Equal(pickle.ToArray(), Convert.FromBase64String(text));
        Assert.Equal(npz.ToArray(), await bytes.Content.ReadAsByteArrayAsync(Token));
        Assert.Empty(host.Incoming);
        Assert.Single(host.Contents);

        // What a caller puts in their place comes as it is, whatever it is.
        foreach (var other in (byte[][])[[1, 2, 3], [], [.. npz.ToArray()[..50]]])
        {
            await host.PutFileAsync("/training-results/m/1/1001/3", other);
            Assert.Equal(Convert.ToBase64String(other), await host.GetTextAsync(Path));
            Assert.Empty(host.Incoming);
        }
    }

    [Fact]
    public async Task Conversions_AreTwoAtATime_AndAWaiterCanLeave()
    {
        using var weights = Open();
        using var gate = new ManualResetEventSlim();
        using var leaving = new CancellationTokenSource();
        GatedStream[] files = [new(NoNpz, gate), new(NoNpz, gate), new(NoNpz, gate, leaving.Token)];

        Task<RepositoryContent>[] first = [ConvertAsync(weights, files[0], Token), ConvertAsync(weights, files[1], Token)];
        try
        {
            await Task.WhenAll(files[0].Entered, files[1].Entered).WaitAsync(TestLimits.Step, Token);
            var waiting = ConvertAsync(weights, files[2], leaving.Token);
            await leaving.CancelAsync();

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(TestLimits.Step, Token));
            Assert.Equal((false, true), (files[2].Entered.IsCompleted, !files[2].CanRead));
        }
        finally
        {
            gate.Set();
        }

        Assert.Equal(files[..2], (await Task.WhenAll(first).WaitAsync(TestLimits.Step, Token)).Select(c => c.Stream));
        Assert.All(files[..2], f => Assert.True(f.CanRead));
    }

    [Fact]
    public async Task Failure_ClosesTheFileAndMakesRoom()
    {
        using var weights = Open();
        for (var i = 0; i < 5; i++)
        {
            var broken = new BrokenStream();
            await Assert.ThrowsAsync<IOException>(() => ConvertAsync(weights, broken, Token));
            Assert.False(broken.CanRead);
        }
    }

    private static PickledWeights Open()
    {
        var stores = new MemoryStores(new MemoryDisk(), StoreInterceptor.None);
        return new PickledWeights(stores.Repository, new ModelConverter(stores.Spool), Options.Create(new RepositoryOptions()));
    }

    private static Task<RepositoryContent> ConvertAsync(PickledWeights weights, Stream stream, CancellationToken cancellationToken) =>
        weights.ConvertAsync(new RepositoryContent(new RepositoryFile("", "", null, stream.Length, "", DateTimeOffset.UnixEpoch), stream), cancellationToken).AsTask();

    private sealed class BrokenStream() : MemoryStream(new byte[100])
    {
        public override int Read(byte[] buffer, int offset, int count) => throw new IOException("The disk is gone.");
    }

    private static async Task AddAsync(RepositoryHost host, byte[] weights)
    {
        var entry = new RepositoryEntry
        {
            Kind = RepositoryKind.TrainingResult,
            Key = RepositoryKey.Of("m", "1", "1001"),
            Model = RepositoryKey.Of("m", "1"),
            Document = """{"model_name":"m","model_version":"1","training_id":"1001","weights_format":"npz","lineage":{"session":"s"}}""",
        };
        await using var upload = await host.Store.BeginUploadAsync(Token);
        await upload.Stream.WriteAsync(weights, Token);
        Assert.True(await upload.CommitWithAsync(entry, "weights/m/1/3", "1001", RepositoryCalls.Note, Token));
        Assert.Contains("\"lineage\":{\"begun_with\":[\"m\",\"1\"],\"session\":\"s\"}", await host.GetTextAsync("/api/v2/training-results/m/1/1001"), StringComparison.Ordinal);
    }
}
