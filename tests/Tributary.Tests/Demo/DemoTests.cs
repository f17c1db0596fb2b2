// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Tributary.Core.Aggregation;
using Tributary.Core.Aggregation.Averaging;
using Tributary.Core.Combiners;
using Tributary.Samples.Digits;
using Tributary.Samples.Digits.Demo;

namespace Tributary.Tests.Demo;

public sealed class DemoTests : FolderTests
{
    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Demo_AnySeed_ComesCloseToTrainingInOnePlace(int seed)
    {
        var result = await RunAsync(Settings(seed));

        Assert.InRange(result.FederatedAccuracy, 0.93, 1);
        Assert.InRange(result.CentralAccuracy - result.FederatedAccuracy, -0.04, 0.04);
        Assert.True(result.SingleClientAccuracy < result.FederatedAccuracy - 0.05, "One client alone does as well.");
        Assert.Equal(Enumerable.Range(1, 10), result.Rounds.Select(r => r.Round));
        Assert.All(result.Rounds, r => Assert.Equal(10, r.Clients));
        Assert.All(result.Rounds, r => Assert.True(r.Bytes > 10 * 4 * DigitNetwork.Layout.ElementCount));
        Assert.True(result.Rounds[^1].Loss < result.Rounds[0].Loss);
        Assert.Equal("training-results/digits/1/1001", result.Repository.TrainingResult);
        Assert.InRange(result.Repository.Accuracy, 0.93, 1);
    }

    [Fact]
    public async Task Demo_SameSeedTwice_SavesTheSameBytesAndAnotherSeedOthers()
    {
        var first = await RunAsync(Settings(5) with { Rounds = 2 });
        var second = await RunAsync(Settings(5) with { Rounds = 2 });
        var other = await RunAsync(Settings(6) with { Rounds = 2 });

        Assert.Equal(Digest(first), Digest(second));
        Assert.Equal(first.FederatedAccuracy, second.FederatedAccuracy);
        Assert.NotEqual(Digest(first), Digest(other));
    }

    [Fact]
    public async Task Demo_LabelsShuffled_LearnsNothing()
    {
        var result = await RunAsync(Settings(0) with { Labels = DigitLabels.Shuffled });

        Assert.InRange(result.FederatedAccuracy, 0.02, 0.2);
        Assert.InRange(result.CentralAccuracy, 0.02, 0.2);
    }

    [Fact]
    public async Task Demo_TwoPoisonedParticipants_SpoilTheMeanAndNotTheRobustStrategy()
    {
        var result = await RunAsync(Settings(0) with { Attackers = 2, Strategy = "multikrum", Rounds = 5 });

        Assert.Equal((2, "multikrum"), (result.Attackers, result.Strategy));
        Assert.InRange(result.FedavgAccuracy!.Value, 0, 0.5);
        Assert.InRange(result.FederatedAccuracy, 0.8, 1);
    }

    [Fact]
    public async Task Demo_TenParticipants_HoldAConnectionEach()
    {
        var connections = new ConcurrentDictionary<string, string>();
        var run = Run(Settings(0) with { Rounds = 1 }, new SilentView(), builder =>
            builder.Services.AddSingleton<IStartupFilter>(new RequestFilter("/fedn.Combiner/TaskStream", context =>
            {
                connections[context.Connection.Id] = context.Request.Headers["client"].ToString();
                return true;
            })));

        await run.RunAsync(Token);

        Assert.Equal(10, connections.Count);
        Assert.Equal(10, connections.Values.Distinct().Count());
    }

    [Fact]
    public async Task Demo_DataFolder_KeepsTheServersData()
    {
        var data = Folder.Combine("kept");

        var result = await RunAsync(Settings(0) with { Rounds = 1, Participants = 2, Data = data });

        Assert.Equal(Path.Combine(data, "model.npz"), DemoSettings.DefaultModelPath(data));
        Assert.True(File.Exists(Path.Combine(data, "tributary.db")));
        Assert.True(File.Exists(result.Model));
        var again = await RunAsync(Settings(0) with { Rounds = 1, Participants = 2, Data = data });
        Assert.Equal(
            ("training-results/digits/1/1001", "training-results/digits/1/1002"), (result.Repository.TrainingResult, again.Repository.TrainingResult));
    }

    [Fact]
    public async Task Demo_Cancelled_StopsSoonAndSavesNothing()
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var settings = Settings(0) with { Rounds = 1000 };
        var run = Run(settings, new CancelAtFirstRound(stopping));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.RunAsync(stopping.Token).WaitAsync(TestLimits.Step, Token));

        Assert.False(File.Exists(settings.ModelPath));
    }

    [Fact]
    public async Task Demo_RoundWithoutModel_FailsWithTheReason()
    {
        var run = Run(Settings(0), new SilentView(), builder => builder.Services.Replace(ServiceDescriptor.Singleton<IStrategy, Refusing>()));

        var error = await Assert.ThrowsAsync<DemoException>(() => run.RunAsync(Token));

        Assert.Equal("Round 1 ended without a model: combiner: not with these", error.Message);
    }

    [Fact]
    public async Task Demo_ModelThatTheServerDoesNotTake_FailsWithTheReason()
    {
        // Less than the initial model takes.
        var run = Run(Settings(0), new SilentView(), builder =>
            builder.Services.PostConfigure<CombinerOptions>(options => options.MaxModelBytes = 5000));

        var error = await Assert.ThrowsAsync<ControllerException>(() => run.RunAsync(Token));

        Assert.StartsWith("model_id is 'repository:digits/1', whose file cannot be trained from: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_ParticipantFails_FailsAtOnceWithTheReason()
    {
        var run = Run(Settings(0), new SilentView(), builder =>
            builder.Services.AddSingleton<IStartupFilter>(new RequestFilter("/fedn.ModelService/Upload", context =>
            {
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return false;
            })));

        var error = await Assert.ThrowsAsync<DemoException>(() => run.RunAsync(Token).WaitAsync(TestLimits.Step, Token));

        Assert.Matches("^participant-0[01][0-9] failed: .*403", error.Message);
    }

    private static DemoRun Run(DemoSettings settings, IDemoView view, Action<IHostApplicationBuilder>? configureServer = null) =>
        new(settings, view, (data, cancellationToken) => DemoHost.StartAsync(data, settings.Participants, configureServer, cancellationToken));

    private static async Task<DemoResult> RunAsync(DemoSettings settings) => await Run(settings, new SilentView()).RunAsync(Token);

    private static string Digest(DemoResult result) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(result.Model)));

    private DemoSettings Settings(int seed) => new()
    {
        Seed = seed,
        Participants = 10,
        Rounds = 10,
        Labels = DigitLabels.True,
        Data = null,
        ModelPath = Path.Combine(Folder.Path, Guid.NewGuid().ToString(), "model.npz"),
    };

    /// <summary>Under the name of the strategy that the demo uses.</summary>
    private sealed class Refusing : IStrategy
    {
        public string Name => FedAvg.StrategyName;

        public string? Refuse(RoundParticipation turnout, StrategyParameters values) => "not with these";

        public StrategyTraits Traits { get; } = new();

        public PartialResult Accumulate(IReadOnlyList<StrategyUpdate> updates, StrategyContext context) =>
            throw new InvalidOperationException("The round has been refused.");

        public StrategyResult Finish(IReadOnlyList<PartialResult> parts, StrategyContext context) =>
            throw new InvalidOperationException("The round has been refused.");
    }

    private sealed class CancelAtFirstRound(CancellationTokenSource stopping) : IDemoView
    {
        public Task ShowAsync(int rounds, Func<Action<DemoRound>, Task> work) => work(_ => stopping.Cancel());
    }

    /// <summary>Sees the requests to a method before the server does, and may keep them from it.</summary>
    private sealed class RequestFilter(string method, Func<HttpContext, bool> pass) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, proceed) =>
                !context.Request.Path.Equals(method, StringComparison.Ordinal) || pass(context) ? proceed(context) : Task.CompletedTask);
            next(app);
        };
    }
}
