// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Testing.Suites;

public abstract class UpdateStoreSuite(StoreHost host) : StoreSuite<IUpdateStore>(host)
{
    [Fact]
    public async Task RecordUpload_AgainAndRestarted_IsTheLast()
    {
        await Store.RecordUploadAsync(Upload("u"), Token);
        var second = Upload("u") with { Data = new ModelData(2, "b"), At = At.AddSeconds(1) };
        await Store.RecordUploadAsync(second, Token);
        await Store.RecordUploadAsync(Upload("v") with { Owner = null }, Token);
        Restart();

        Assert.Equal(second, await Store.FindUploadAsync(second.Id, Token));
        Assert.Null((await Store.FindUploadAsync(ModelId.Parse("v"), Token))!.Owner);
        Assert.Null(await Store.FindUploadAsync(ModelId.Parse("w"), Token));
    }

    [Fact]
    public async Task Accept_Restarted_IsListedByClient()
    {
        await Store.AcceptAsync([Update(7, "b", "2"), Update(7, "B", "1"), Update(8, "a", "3")], Token);
        Restart();

        Assert.Equal([Update(7, "B", "1"), Update(7, "b", "2")], await Store.ListAsync(7, Token));
        Assert.Empty(await Store.ListAsync(9, Token));
        Assert.True(await Store.IsAcceptedAsync(ModelId.Parse("3"), Token));
        Assert.False(await Store.IsAcceptedAsync(ModelId.Parse("4"), Token));
    }

    [Fact]
    public async Task Accept_ClientOrUploadTwice_FailsAsAWhole()
    {
        await Store.AcceptAsync([Update(7, "a", "1")], Token);

        await Assert.ThrowsAsync<StorageException>(async () => await Store.AcceptAsync([Update(7, "b", "2"), Update(7, "a", "3")], Token));
        await Assert.ThrowsAsync<StorageException>(async () => await Store.AcceptAsync([Update(7, "c", "4"), Update(8, "d", "1")], Token));

        Assert.Equal([Update(7, "a", "1")], await Store.ListAsync(7, Token));
        Assert.Empty(await Store.ListAsync(8, Token));
    }

    [Fact]
    public async Task ListAbandoned_OldAndNeverAccepted_Alone()
    {
        await Store.RecordUploadAsync(Upload("old"), Token);
        await Store.RecordUploadAsync(Upload("accepted"), Token);
        await Store.RecordUploadAsync(Upload("young") with { At = At.AddHours(2) }, Token);
        await Store.AcceptAsync([Update(7, "a", "accepted")], Token);

        Assert.Equal([Upload("old")], await Store.ListAbandonedAsync(At.AddHours(1), Token));

        await Store.RemoveUploadsAsync([ModelId.Parse("old"), ModelId.Parse("none")], Token);
        Assert.Empty(await Store.ListAbandonedAsync(At.AddHours(1), Token));
    }

    private static UploadRecord Upload(string id) => new(ModelId.Parse(id), "owner", new ModelData(1, "a"), At);

    private static AcceptedUpdate Update(long round, string client, string upload) =>
        new(round, ClientId.Parse(client), ModelId.Parse(upload), 0.1, 1L << 40, At);
}
