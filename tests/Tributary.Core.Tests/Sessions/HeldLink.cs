// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Aggregation;

namespace Tributary.Core.Tests.Sessions;

/// <summary>A combiner whose round ends when the test says so.</summary>
internal sealed class HeldLink : ICombinerLink
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Name => "held";

    public CombinerAddress Address => new("localhost", 1);

    public void Release() => _released.SetResult();

    public void Fail(Exception error) => _released.SetException(error);

    public ValueTask<IReadOnlyList<ActiveClient>> ListActiveClientsAsync(CancellationToken cancellationToken) => new([]);

    public ValueTask<bool> IsAcceptingAsync(CancellationToken cancellationToken) => new(true);

    public async Task<TrainingOutcome> TrainAsync(RoundPlan plan, RoundOrigin origin, Action handedOut, CancellationToken cancellationToken)
    {
        Asked.TrySetResult();
        await _released.Task.WaitAsync(cancellationToken);
        var set = ParameterSet.Allocate(new ParameterLayout([new ArraySpec("0", ElementType.Float32, [1])]));
        var report = new CombinerReport { Name = Name, Status = CombinerReportStatus.Success, JobId = plan.JobId, Weight = 1, Aggregated = 1 };
        return new TrainingOutcome.Aggregated(report, new PartialResult(set, 1, 1), set);
    }

    public ValueTask RequestValidationAsync(ValidationPlan plan, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask ReleaseAsync(RoundPlan plan, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask WithdrawTrainingAsync(string session, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
