// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Reports;
using Tributary.Core.Tests.Clients;

namespace Tributary.Core.Tests.Rounds;

/// <summary>Which validations are asked for again after a restart.</summary>
public sealed class ValidationRequestsTests
{
    private static readonly ClientId A = ClientId.Parse("a");
    private static readonly ClientId B = ClientId.Parse("b");

    private readonly Workbench _bench = new();

    [Fact]
    public async Task Resume_SomeHaveReported_AsksTheOthersInTheOrderOfTheRounds()
    {
        Finish(1);
        Finish(2);
        Report("m1", new ReportSender("somebody", "CLIENT", "a"));
        Report("m2", new ReportSender("b", "CLIENT", ""));

        Assert.Equal([(1L, "b"), (2L, "a")], await ResumeAsync());
    }

    [Fact]
    public async Task Resume_NothingToValidate_AsksNobody()
    {
        Finish(1, round => round with { Plan = round.Plan with { Settings = round.Plan.Settings with { Validate = false } } });
        Finish(2, round => round with { Status = RoundStatus.Failed });
        Finish(3, round => round with { Status = RoundStatus.Success });
        Finish(4, round => round with { RunId = null });
        Finish(5, round => round with { ClosedAt = round.ClosedAt - ClientRoster.ValidationPatience });

        Assert.Empty(await ResumeAsync());
    }

    [Fact]
    public async Task Resume_ManyRounds_AsksForTheNewest()
    {
        for (var number = 1; number <= ClientRoster.MaxOutstanding + 1; number++)
        {
            Finish(number);
        }

        var asked = await ResumeAsync();

        Assert.Equal(2 * ClientRoster.MaxOutstanding, asked.Count);
        Assert.Equal((2, ClientRoster.MaxOutstanding + 1), (asked.Min(task => task.Round), asked.Max(task => task.Round)));
    }

    [Fact]
    public async Task Resume_LaterRestart_DoesNotProlongThePatience()
    {
        Finish(1);
        _bench.Time.Advance(ClientRoster.ValidationPatience - TimeSpan.FromSeconds(1));
        var restarted = new Workbench(_bench.Disk, StoreInterceptor.None, _bench.Time);
        await restarted.Validations.ResumeAsync(Token);

        _bench.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Empty(await TaskReading.ReadWaitingAsync(restarted.Roster.Subscribe(A, "")));
    }

    [Fact]
    public async Task RequestMissing_Repeated_AsksNobodyTwice()
    {
        Finish(1);
        Report("m1", new ReportSender("b", "CLIENT", ""));
        var plan = new ValidationPlan(1, "session", ModelId.Parse("m1"), []);

        await _bench.Validations.RequestMissingAsync(plan, Token);
        await _bench.Validations.RequestMissingAsync(plan, Token);

        Assert.Single(await TaskReading.ReadWaitingAsync(_bench.Roster.Subscribe(A, "")));
        Assert.Empty(await TaskReading.ReadWaitingAsync(_bench.Roster.Subscribe(B, "")));
    }

    [Fact]
    public async Task Request_Again_AsksAgain()
    {
        Finish(1);
        Report("m1", new ReportSender("a", "CLIENT", "a"));

        await _bench.Validations.RequestAsync(new ValidationPlan(1, "session", ModelId.Parse("m1"), []), Token);

        Assert.Single(await TaskReading.ReadWaitingAsync(_bench.Roster.Subscribe(A, "")));
    }

    private void Finish(long number, Func<RoundRecord, RoundRecord>? change = null)
    {
        var plan = Workbench.Plan() with { Round = number };
        var round = new RoundRecord
        {
            Number = number,
            RunId = "run",
            Status = RoundStatus.Finished,
            Plan = plan with { Settings = plan.Settings with { Validate = true } },
            Output = ModelId.Parse($"m{number}"),
            OpenedAt = _bench.Time.GetUtcNow(),
            ClosedAt = _bench.Time.GetUtcNow(),
        };
        _bench.Disk.Rounds.Add(number, change is null ? round : change(round));
        _bench.Disk.Selections.Add(new RoundSelection(number, 1, "combiner", [A, B], _bench.Time.GetUtcNow()));
    }

    private void Report(string model, ReportSender sender) =>
        _bench.Disk.Reports.Add(new ValidationReport { Id = $"{model}.{sender.Name}", Model = model, Data = "{}", Sender = sender, At = _bench.Time.GetUtcNow() });

    /// <summary>The validations that a combiner on the same disk asks for, by round and client.</summary>
    private async Task<IReadOnlyList<(long Round, string Client)>> ResumeAsync()
    {
        var restarted = new Workbench(_bench.Disk, StoreInterceptor.None, _bench.Time);
        await restarted.Validations.ResumeAsync(Token);
        var tasks = new List<ClientTask>();
        foreach (var client in new[] { A, B })
        {
            tasks.AddRange(await TaskReading.ReadWaitingAsync(restarted.Roster.Subscribe(client, "")));
        }

        Assert.All(tasks, task => Assert.Equal((ClientTaskKind.Validate, $"m{task.Round}"), (task.Kind, task.Model.Value)));
        return [.. tasks.Select(task => (task.Round, task.Client.Value)).Order()];
    }
}
