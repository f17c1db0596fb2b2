// SPDX-License-Identifier: Apache-2.0

using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tributary.Core;
using Tributary.Core.Combiners;
using Tributary.Core.Rounds;

namespace Tributary.Combiner.Control;

/// <summary>
/// The service that runs rounds requested over <c>Control.Start</c>, one at a time; rounds that a stop leaves unfinished resume at the next
/// start.
/// </summary>
internal sealed partial class DirectRounds(
    RoundExecutor executor, CommitEpoch epoch, LocalCombinerLink combiner, IRoundStore rounds, IdSource ids, TimeProvider time, ILogger<DirectRounds> logger)
    : BackgroundService
{
    // A controller requests one round at a time; a request beyond this number of waiting rounds is refused.
    private const int MaxWaiting = 16;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    // Bounded by the count of waiting rounds, which is checked before a round is written.
    private readonly Channel<(long Round, string JobId)> _accepted =
        Channel.CreateUnbounded<(long Round, string JobId)>(new UnboundedChannelOptions { SingleReader = true });
    private int _waiting;

    /// <summary>The number of rounds that wait for their turn.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Records the round and queues it. A number that another round has is refused, whatever the state of that round.</summary>
    public async ValueTask<StartDirectRoundResult> StartAsync(RoundPlan plan, CancellationToken cancellationToken)
    {
        var accepted = true;
        try
        {
            if (Interlocked.Increment(ref _waiting) > MaxWaiting)
            {
                accepted = false;
                return StartDirectRoundResult.QueueFull;
            }

            var round = await rounds.OpenAsync(
                new NewRound { Number = plan.Round, Plan = _ => plan, Output = ModelId.Parse(ids.Next()), OpenedAt = time.GetUtcNow() }, cancellationToken);
            accepted = round is { RunId: null, Status: RoundStatus.Pending } && round.Plan.JobId == plan.JobId;
            return accepted ? StartDirectRoundResult.Accepted : StartDirectRoundResult.NumberTaken;
        }
        finally
        {
            // Also after an exception: the round may have been recorded nevertheless, and then it has to run.
            if (!accepted || !_accepted.Writer.TryWrite((plan.Round, plan.JobId)))
            {
                Interlocked.Decrement(ref _waiting);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        IReadOnlyList<RoundRecord> unfinished = [];
        await RetryAsync(async () => unfinished = await rounds.ListUnfinishedDirectAsync(stoppingToken), stoppingToken);
        foreach (var round in unfinished)
        {
            await RetryAsync(() => ExecuteAsync(round.Number, round.Plan.JobId, RoundOrigin.Resumed, stoppingToken), stoppingToken);
        }

        await foreach (var (round, jobId) in _accepted.Reader.ReadAllAsync(stoppingToken))
        {
            Interlocked.Decrement(ref _waiting);
            await RetryAsync(() => ExecuteAsync(round, jobId, RoundOrigin.New, stoppingToken), stoppingToken);
        }
    }

    private async Task ExecuteAsync(long number, string jobId, RoundOrigin origin, CancellationToken cancellationToken)
    {
        // A round started while the unfinished ones were listed comes twice; one whose start failed may not be recorded.
        if (await rounds.FindAsync(number, cancellationToken) is { RunId: null } round && round.Plan.JobId == jobId)
        {
            var execution = new RoundExecution(
                [combiner], await epoch.GetAsync(cancellationToken), origin, _ => new(FormattableString.Invariant($"round_{number}")));
            await executor.ExecuteAsync(round, execution, cancellationToken, cancellationToken);
        }
    }

    /// <summary>Repeats an action until it succeeds: a failing store must not fail the round.</summary>
    private async Task RetryAsync(Func<Task> action, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await action();
                return;
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                LogInterrupted(error);
                await Task.Delay(RetryDelay, time, cancellationToken);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The direct rounds were interrupted by an error; they resume in 5 seconds")]
    private partial void LogInterrupted(Exception error);
}

/// <summary>The outcome of a request for a direct round.</summary>
internal enum StartDirectRoundResult
{
    /// <summary>The round is recorded and will run.</summary>
    Accepted,

    /// <summary>Another round has the number.</summary>
    NumberTaken,

    /// <summary>Too many rounds are waiting.</summary>
    QueueFull,
}
