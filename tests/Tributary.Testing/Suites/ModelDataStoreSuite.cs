// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Testing.Suites;

public abstract class ModelDataStoreSuite(StoreHost host) : StoreSuite<IModelDataStore>(host)
{
    private static readonly ModelId Id = ModelId.Parse("m");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData((10 << 20) + 1)]
    public async Task Write_Restarted_IsReadBackAtAnyOffset(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        var data = await WriteAsync(Id, bytes);

        // Bytes that no record names go at a start.
        await Of<IModelStore>().AddAsync(new ModelRecord { Id = Id, Name = "n", Format = "npz", Data = data, CommittedAt = At }, Token);
        Restart();

        Assert.Equal(new ModelData(length, Convert.ToHexStringLower(SHA256.HashData(bytes))), data);
        using var source = await Store.OpenAsync(Id, Token);
        Assert.Equal(length, source!.Length);
        var read = await ReadAsync();
        Assert.True(bytes.AsSpan().SequenceEqual(read));
        if (length > 1)
        {
            var part = new byte[7];
            Assert.Equal(7, source.Read(length - 7, part));
            Assert.Equal(bytes[^7..], part);
        }
    }

    [Fact]
    public async Task Open_Missing_IsNull()
    {
        Assert.Null(await Store.OpenAsync(Id, Token));
        await Store.DeleteAsync(Id, Token);
    }

    [Fact]
    public async Task Write_BeforeComplete_ShowsWhatWasThere()
    {
        await WriteAsync(Id, [1]);
        await using var writer = await Store.CreateAsync(Id, Token);
        await writer.Stream.WriteAsync(new byte[] { 2, 3 }, Token);
        Assert.Equal([1], await ReadAsync());

        await writer.CompleteAsync(Token);

        Assert.Equal([2, 3], await ReadAsync());
    }

    [Fact]
    public async Task Write_Abandoned_LeavesNothing()
    {
        await using (var writer = await Store.CreateAsync(Id, Token))
        {
            await writer.Stream.WriteAsync(new byte[] { 1 }, Token);
        }

        Assert.Null(await Store.OpenAsync(Id, Token));
    }

    [Fact]
    public async Task Write_OverAnOpenReader_LeavesTheReaderWhatItHad()
    {
        await WriteAsync(Id, [1, 1]);
        using var source = await Store.OpenAsync(Id, Token);
        await WriteAsync(Id, [2, 2, 2]);

        var bytes = new byte[2];
        Assert.Equal(2, source!.Read(0, bytes));
        Assert.Equal([1, 1], bytes);
    }

    [Fact]
    public async Task Write_ManyAtOnce_LastWinsWhole()
    {
        await Task.WhenAll(Enumerable.Range(1, 8).Select(i => Task.Run(() => WriteAsync(Id, [.. Enumerable.Repeat((byte)i, 1000)]), Token)));

        var bytes = await ReadAsync();
        Assert.Equal(1000, bytes.Length);
        Assert.Single(bytes.Distinct());
    }

    [Fact]
    public async Task Delete_IsGone()
    {
        await WriteAsync(Id, [1]);
        await Store.DeleteAsync(Id, Token);

        Assert.Null(await Store.OpenAsync(Id, Token));
    }

    private async Task<ModelData> WriteAsync(ModelId id, byte[] bytes)
    {
        await using var writer = await Store.CreateAsync(id, Token);
        await writer.Stream.WriteAsync(bytes, Token);
        return await writer.CompleteAsync(Token);
    }

    private async Task<byte[]> ReadAsync()
    {
        using var source = await Store.OpenAsync(Id, Token);
        var bytes = new byte[source!.Length];
        for (var offset = 0; offset < bytes.Length;)
        {
            offset += source.Read(offset, bytes.AsSpan(offset));
        }

        return bytes;
    }
}
