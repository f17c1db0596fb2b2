// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore;
using Tributary.Core.Coordination;
using Tributary.Core.Models;
using Tributary.Core.Rounds;
using Tributary.Core.Sessions;

namespace Tributary.Storage.Tests;

/// <summary>Folders of servers that ran one session at a time, under one epoch for all.</summary>
public sealed class EarlierFolderTests : EmbeddedTests
{
    private static readonly SessionId Session = SessionId.Parse("s");

    [Fact]
    public async Task Run_InProgressUnderTheOneEpochOfBefore_ResumesUnderItsOwn()
    {
        var model = ModelId.Parse("m");
        await Of<ISessionStore>().CreateAsync(PlainSession.Record(Session, PlainSession.Config("m"), DateTimeOffset.UnixEpoch), Token);
        await Of<ISessionStore>().StartRunAsync(PlainSession.Run("run", Session, model, 2), 1, Token);
        var round = await Of<IRoundStore>().OpenAsync(
            new NewRound { RunId = "run", Index = 1, Plan = number => PlainPlan.For(number), Output = ModelId.Parse("out"), OpenedAt = DateTimeOffset.UnixEpoch }, Token);
        await using (var context = await Of<IDbContextFactory<MetadataContext>>().CreateDbContextAsync(Token))
        {
            await context.Database.ExecuteSqlRawAsync("INSERT INTO \"leaders\" (\"Name\", \"Epoch\") VALUES ('controller', 9)", Token);
        }

        Host.Restart();
        var run = Assert.Single(await Of<ISessionStore>().ListActiveRunsAsync(Token));
        var epoch = await Of<IEpochStore>().AcquireAsync(SessionRunner.KeyOf(run.Session), Token);
        var outcome = await Of<IRoundStore>().CommitAsync(
            new RoundCommit
            {
                Round = round.Number,
                Epoch = epoch,
                Combiners = [],
                Times = new RoundTimes(0, 0),
                Model = new ModelRecord
                {
                    Id = round.Output,
                    Name = "n",
                    Format = "npz",
                    Data = new ModelData(1, "0"),
                    Round = round.Number,
                    CommittedAt = DateTimeOffset.UnixEpoch,
                },
            },
            Token);

        Assert.Equal((Session, 1, CommitOutcome.Committed), (run.Session, epoch.Number, outcome));
    }
}
