// SPDX-License-Identifier: Apache-2.0

using Grpc.Core;
using Tributary.Client.Participation;
using Tributary.Protocol.Fedn;

namespace Tributary.Client;

/// <summary>
/// A participant of a federation: connects, does the tasks it is given one at a time and in order, and reconnects after every loss of the
/// connection. Models pass through temporary files and native memory, never through managed arrays of their size.
/// </summary>
public sealed class Participant
{
    private static readonly TimeSpan HeartbeatPeriod = TimeSpan.FromSeconds(2);

    // A stream that ends sooner counts as another failure: two participants under one id would keep driving each other out.
    private static readonly TimeSpan SteadyAfter = TimeSpan.FromSeconds(10);

    private readonly ParticipantOptions _options;
    private readonly ITrainer _trainer;
    private readonly IValidator? _validator;
    private readonly RetryBackoff _waits;
    private int _isRunning;

    /// <summary>Creates a participant; no connection is made yet.</summary>
    /// <param name="options">The identity of the participant and the server to connect to.</param>
    /// <param name="trainer">The trainer, which also validates when it is an <see cref="IValidator"/>.</param>
    /// <exception cref="ArgumentException">The options are incomplete or contradict each other.</exception>
    public Participant(ParticipantOptions options, ITrainer trainer)
        : this(options, trainer, trainer as IValidator)
    {
    }

    /// <summary>Creates a participant from functions; no connection is made yet.</summary>
    /// <param name="options">The identity of the participant and the server to connect to.</param>
    /// <param name="train">The function that trains, see <see cref="ITrainer.TrainAsync"/>.</param>
    /// <param name="validate">
    /// The function that validates, see <see cref="IValidator.ValidateAsync"/>; null leaves validation to others.
    /// </param>
    /// <exception cref="ArgumentException">The options are incomplete or contradict each other.</exception>
    public Participant(
        ParticipantOptions options,
        Func<TrainingTask, CancellationToken, Task<TrainingResult>> train,
        Func<ValidationTask, CancellationToken, Task<IReadOnlyDictionary<string, double>?>>? validate = null)
        : this(options, new TrainerFunction(train), validate is null ? null : new ValidatorFunction(validate))
    {
    }

    private Participant(ParticipantOptions options, ITrainer trainer, IValidator? validator)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(trainer);
        options.Validate();
        (_options, _trainer, _validator, _waits) = (options, trainer, validator, new RetryBackoff(options));
    }

    /// <summary>Takes part until cancelled. Waits for a task under way to end, so a trainer should heed its token.</summary>
    /// <param name="cancellationToken">Stops the participant once the task under way has ended.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled, which is the ordinary end.</exception>
    /// <exception cref="ControllerException">The controller refuses this participant.</exception>
    /// <exception cref="CombinerException">The combiner refuses this participant.</exception>
    /// <exception cref="InvalidOperationException">The participant runs already.</exception>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _isRunning, 1) != 0)
        {
            throw new InvalidOperationException("The participant runs already.");
        }

        try
        {
            var assignment = await new CombinerDiscovery(_options, _waits).AskAsync(cancellationToken).ConfigureAwait(false);
            using var combiner = new CombinerConnection(assignment, _options, _waits);
            var inbox = new TaskInbox();
            var worker = new TaskWorker(combiner, inbox, _trainer, _validator, _options, assignment.Helper);
            using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task[] loops = [ReceiveAsync(combiner, inbox, stopping.Token), worker.RunAsync(stopping.Token), BeatAsync(combiner, stopping.Token)];
            var ended = await Task.WhenAny(loops).ConfigureAwait(false);
            await stopping.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            await ended.ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _isRunning, 0);
        }
    }

    /// <summary>Reads the task stream and reopens it however it ends, unless the combiner refuses the participant.</summary>
    private async Task ReceiveAsync(CombinerConnection combiner, TaskInbox inbox, CancellationToken cancellationToken)
    {
        for (var failures = 1; ; failures++)
        {
            var opened = _options.TimeProvider.GetTimestamp();
            var reason = "The combiner ended the task stream.";
            try
            {
                await ReadStreamAsync(combiner, inbox, cancellationToken).ConfigureAwait(false);
            }
            catch (RpcException) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellationToken);
            }
            catch (RpcException lost) when (!IsRefusal(lost.StatusCode))
            {
                reason = lost.Message;
            }
            catch (RpcException refused)
            {
                throw new CombinerException(refused.StatusCode, refused.Status.Detail, refused);
            }

            if (_options.TimeProvider.GetElapsedTime(opened) >= SteadyAfter)
            {
                failures = 1;
            }

            await _waits.WaitAsync(reason, failures, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ReadStreamAsync(CombinerConnection combiner, TaskInbox inbox, CancellationToken cancellationToken)
    {
        using var call = combiner.OpenTaskStream(cancellationToken);
        await call.ResponseHeadersAsync.ConfigureAwait(false);
        _options.Progress?.Report(new ParticipantEvent.Connected());
        await foreach (var task in call.ResponseStream.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            // Tasks come from combiners; messages of other senders are not for this participant.
            if (task.Sender is null or { Role: Role.Combiner })
            {
                await inbox.AddAsync(task, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task BeatAsync(CombinerConnection combiner, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(HeartbeatPeriod, _options.TimeProvider);
        do
        {
            try
            {
                await combiner.SendHeartbeatAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (RpcException)
            {
                // The task stream notices the loss as well, and acts on it.
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
    }

    // The codes of failures that another try cannot mend.
    private static bool IsRefusal(StatusCode code) =>
        code is StatusCode.Unauthenticated or StatusCode.PermissionDenied or StatusCode.InvalidArgument or StatusCode.Unimplemented;

    private sealed class TrainerFunction(Func<TrainingTask, CancellationToken, Task<TrainingResult>> train) : ITrainer
    {
        public Task<TrainingResult> TrainAsync(TrainingTask task, CancellationToken cancellationToken) => train(task, cancellationToken);
    }

    private sealed class ValidatorFunction(Func<ValidationTask, CancellationToken, Task<IReadOnlyDictionary<string, double>?>> validate) : IValidator
    {
        public Task<IReadOnlyDictionary<string, double>?> ValidateAsync(ValidationTask task, CancellationToken cancellationToken) =>
            validate(task, cancellationToken);
    }
}
