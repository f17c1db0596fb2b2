// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using Tributary.Numerics.Parameters;

namespace Tributary.Testing.Suites;

public abstract class UpdateSpoolSuite(StoreHost host) : StoreSuite<IUpdateSpool>(host)
{
    private static readonly ModelId Id = ModelId.Parse("u");
    private static readonly ParameterLayout Layout = new([new ArraySpec("0", ElementType.Float32, [4])]);

    [Fact]
    public async Task Upload_Published_IsThereWholeAfterARestart()
    {
        var data = await UploadAsync(Id, [1, 2], [], [3]);
        Restart();

        Assert.Equal(new ModelData(3, Convert.ToHexStringLower(SHA256.HashData([1, 2, 3]))), data);
        Assert.Equal([1, 2, 3], Read(Id));
        Assert.Equal([Id], Store.ListUploads());
    }

    [Fact]
    public async Task Upload_OfManySegments_KeepsTheirOrder()
    {
        var bytes = new byte[(10 << 20) + 1];
        new Random(1).NextBytes(bytes);

        await UploadAsync(Id, [.. bytes.Chunk(1_000_003)]);

        Assert.True(bytes.AsSpan().SequenceEqual(Read(Id)));
    }

    [Fact]
    public async Task Upload_Underway_TellsWhatItHasAndShowsNothing()
    {
        await using var upload = await Store.BeginUploadAsync(Token);
        await upload.AppendAsync(new ReadOnlySequence<byte>([1, 2]), Token);
        var described = upload.Describe();

        Assert.Equal((2L, 2L), (upload.Length, described.Length));
        Assert.Null(Store.OpenUpload(Id));
        Assert.Empty(Store.ListUploads());
        await upload.AppendAsync(new ReadOnlySequence<byte>([3]), Token);
        Assert.NotEqual(described, upload.Describe());
        Assert.Equal(upload.Describe(), await upload.PublishAsync(Id, Token));
    }

    [Fact]
    public async Task Upload_Abandoned_LeavesNothing()
    {
        await using (var upload = await Store.BeginUploadAsync(Token))
        {
            await upload.AppendAsync(new ReadOnlySequence<byte>([1]), Token);
        }

        Restart();
        Assert.Null(Store.OpenUpload(Id));
        Assert.Empty(Store.ListUploads());
    }

    [Fact]
    public async Task Upload_Again_ReplacesAndLeavesAnOpenReaderWhatItHad()
    {
        await UploadAsync(Id, [1, 1]);
        using var source = Store.OpenUpload(Id)!;
        await UploadAsync(Id, [2, 2, 2]);

        var bytes = new byte[2];
        Assert.Equal(2, source.Read(0, bytes));
        Assert.Equal([1, 1], bytes);
        Assert.Equal([2, 2, 2], Read(Id));
        Assert.Single(Store.ListUploads());
    }

    [Fact]
    public async Task Append_Cancelled_Throws()
    {
        await using var upload = await Store.BeginUploadAsync(Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await upload.AppendAsync(new ReadOnlySequence<byte>([1]), new CancellationToken(canceled: true)));

        Assert.Equal(0, upload.Length);
    }

    [Fact]
    public async Task RemoveUploads_SomeUnknown_RemovesTheOthers()
    {
        await UploadAsync(Id, [1]);
        await UploadAsync(ModelId.Parse("v"), [2]);

        Store.RemoveUploads([ModelId.Parse("none"), Id]);

        Assert.Null(Store.OpenUpload(Id));
        Assert.Equal([ModelId.Parse("v")], Store.ListUploads());
    }

    [Fact]
    public void CreateParameters_Two_AreApart()
    {
        using var first = Store.CreateParameters(Layout);
        using var second = Store.CreateParameters(Layout);
        first.Values<float>(0).Fill(1);
        second.Values<float>(0).Fill(2);

        Assert.Equal((Layout, Layout), (first.Layout, second.Layout));
        Assert.Equal([1f, 1, 1, 1], first.Values<float>(0).ToArray());
        Assert.Equal([2f, 2, 2, 2], second.Values<float>(0).ToArray());
    }

    [Fact]
    public void CreateZeros_AfterASetOfItsLengthIsGone_HasNothingOfIt()
    {
        using (var gone = Store.CreateZeros(Layout))
        {
            Assert.Equal(new float[4], gone.Values<float>(0).ToArray());
            gone.Values<float>(0).Fill(1);
        }

        using var next = Store.CreateZeros(new ParameterLayout([new ArraySpec("a", ElementType.Float64, [2])]));
        Assert.Equal(new double[2], next.Values<double>(0).ToArray());
    }

    [Fact]
    public async Task Parameters_ComingAndGoingTogether_KeepTheirValues()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() =>
        {
            for (var turn = 0; turn < 300; turn++)
            {
                using var values = Store.CreateParameters(Layout);
                values.Values<float>(0).Fill(i);
                Assert.Equal([i, i, i, i], values.Values<float>(0).ToArray());
            }
        }, Token)));
    }

    private async Task<ModelData> UploadAsync(ModelId id, params byte[][] parts)
    {
        await using var upload = await Store.BeginUploadAsync(Token);
        foreach (var part in parts)
        {
            await upload.AppendAsync(new ReadOnlySequence<byte>(part), Token);
        }

        return await upload.PublishAsync(id, Token);
    }

    private byte[] Read(ModelId id)
    {
        using var source = Store.OpenUpload(id)!;
        var bytes = new byte[source.Length];
        Assert.Equal(bytes.Length, source.Read(0, bytes));
        return bytes;
    }
}
