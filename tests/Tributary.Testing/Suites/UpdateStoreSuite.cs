// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Testing.Suites;

public abstract class UpdateStoreSuite(StoreHost host) : StoreSuite<IUpdateStore>(host)
{
    private static readonly UpdateScope Seven = UpdateScope.OfRound(7, 1);
    private static readonly UpdateScope Eight = UpdateScope.OfRound(8, 1);

    [Fact]
    public async Task RecordUpload_AgainAndRestarted_IsTheLast()
    {
        await Store.RecordUploadAsync(Upload("u"), Token);
        var second = Upload("u") with { Data = new ModelData(2, "b"), At = At.AddSeconds(1) };
        await Store.RecordUploadAsync(second, Token);
        await Store.RecordUploadAsync(Upload("v") with { Owner = null }, Token);
        Restart();

        Assert.Equal(second, (await Store.FindAsync(second.Id, Token)).Upload);
        Assert.Null((await Store.FindAsync(ModelId.Parse("v"), Token)).Upload!.Owner);
        Assert.Null((await Store.FindAsync(ModelId.Parse("w"), Token)).Upload);
    }

    [Fact]
    public async Task Accept_Restarted_IsListedByClient()
    {
        await Store.RecordUploadAsync(Upload("3"), Token);
        await Store.RecordUploadAsync(Upload("4"), Token);
        await Store.AcceptAsync([Update(Seven, "b", "2"), Update(Seven, "B", "1"), Update(Eight, "a", "3")], Token);
        Restart();

        Assert.Equal([Update(Seven, "B", "1"), Update(Seven, "b", "2")], await Store.ListAsync(Seven, Token));
        Assert.Empty(await Store.ListAsync(UpdateScope.OfRound(9, 1), Token));
        Assert.Equal(Update(Eight, "a", "3"), (await Store.FindAsync(ModelId.Parse("3"), Token)).Accepted);
        Assert.Equal(new KnownUpload(Upload("4"), null), await Store.FindAsync(ModelId.Parse("4"), Token));
    }

    [Fact]
    public async Task Accept_PhasesAndWindows_AreScopesOfTheirOwn()
    {
        UpdateScope[] scopes = [Seven, UpdateScope.OfRound(7, 2), UpdateScope.OfWindow(ModelId.Parse("model"), 7), UpdateScope.OfWindow(ModelId.Parse("model"), 8)];
        var updates = scopes.Select((scope, i) => Update(scope, "a", $"{i}") with { Origin = ModelId.Parse("m"), Staleness = i, Loss = 0.5 }).ToList();
        await Store.AcceptAsync(updates, Token);
        Restart();

        for (var i = 0; i < scopes.Length; i++)
        {
            Assert.Equal([updates[i]], await Store.ListAsync(scopes[i], Token));
        }
    }

    [Fact]
    public async Task Accept_ClientOrUploadTwice_AddsTheOthers()
    {
        Assert.Equal([true], await Store.AcceptAsync([Update(Seven, "a", "1")], Token));

        Assert.Equal([true, false], await Store.AcceptAsync([Update(Seven, "b", "2"), Update(Seven, "a", "3")], Token));
        Assert.Equal([true, false, false], await Store.AcceptAsync([Update(Eight, "c", "4"), Update(Eight, "d", "1"), Update(Eight, "c", "5")], Token));

        Assert.Equal([Update(Seven, "a", "1"), Update(Seven, "b", "2")], await Store.ListAsync(Seven, Token));
        Assert.Equal([Update(Eight, "c", "4")], await Store.ListAsync(Eight, Token));
    }

    [Fact]
    public async Task Accept_TrainingTwice_CountsOnce()
    {
        Assert.False(await Store.HasCountedAsync(Seven, ClientId.Parse("a"), Token));
        var late = Update(Eight, "a", "1") with { TrainedIn = Seven };
        await Store.AcceptAsync([late], Token);
        Restart();

        Assert.Equal([false, true], await Store.AcceptAsync([Update(UpdateScope.OfRound(9, 1), "a", "2") with { TrainedIn = Seven }, Update(Seven, "b", "3")], Token));
        Assert.Equal([late], await Store.ListAsync(Eight, Token));
        foreach (var (scope, client, hasCounted) in new[] { (Seven, "a", true), (Seven, "b", true), (Eight, "a", false), (Seven, "c", false) })
        {
            Assert.Equal(hasCounted, await Store.HasCountedAsync(scope, ClientId.Parse(client), Token));
        }
    }

    [Fact]
    public async Task ListAbandoned_OldAndNeverAccepted_Alone()
    {
        await Store.RecordUploadAsync(Upload("old"), Token);
        await Store.RecordUploadAsync(Upload("accepted"), Token);
        await Store.RecordUploadAsync(Upload("young") with { At = At.AddHours(2) }, Token);
        await Store.AcceptAsync([Update(Seven, "a", "accepted")], Token);

        Assert.Equal([Upload("old")], await Store.ListAbandonedAsync(At.AddHours(1), Token));

        await Store.RemoveUploadsAsync([ModelId.Parse("old"), ModelId.Parse("none")], Token);
        Assert.Empty(await Store.ListAbandonedAsync(At.AddHours(1), Token));
    }

    private static UploadRecord Upload(string id) => new(ModelId.Parse(id), "owner", new ModelData(1, "a"), At);

    private static AcceptedUpdate Update(UpdateScope scope, string client, string upload) =>
        new(scope, ClientId.Parse(client), ModelId.Parse(upload), 0.1, 1L << 40, At);
}
