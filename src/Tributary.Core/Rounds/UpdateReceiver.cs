// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Options;
using Tributary.Core.Clients;
using Tributary.Core.Combiners;
using Tributary.Core.Models;
using Tributary.Core.Updates;
using Tributary.Numerics.Formats;
using Tributary.Numerics.Parameters;

namespace Tributary.Core.Rounds;

/// <summary>The receiver of updates: each is parsed, found, decoded, checked against the staged model, made durable, accepted.</summary>
public sealed class UpdateReceiver(
    OpenRounds rounds,
    IRoundStore records,
    RoundSettingsCheck check,
    IUpdateStore ledger,
    IUpdateSpool spool,
    UpdateDecoder decoder,
    ModelFormats formats,
    ClientRoster roster,
    KeyedLock<ModelId> uploadLock,
    UpdateTraces traces,
    TimeProvider time,
    IOptions<CombinerOptions> options)
{
    /// <summary>The maximum length of the reason for a refusal that a round keeps, in characters.</summary>
    private const int MaxReasonCharacters = 300;

    /// <summary>Takes an update. Once it answers <see cref="SubmitUpdateResult.Accepted"/>, no crash loses the update.</summary>
    public async Task<SubmitUpdateResult> SubmitAsync(UpdateSubmission submission, CancellationToken cancellationToken)
    {
        using var activity = traces.StartSubmission(submission);
        var result = await ReceiveAsync(submission, cancellationToken);
        if (result is not (SubmitUpdateResult.NotReady or SubmitUpdateResult.NotSelected))
        {
            // Also when it came too late: as long as a task is there, a strategy with late updates waits for the answer and gives no other task.
            var answered = roster.Answered(
                submission.Client,
                task => task.Kind == ClientTaskKind.Train && task.Round == submission.Round && (task.Plan?.Phase ?? 1) == submission.Phase);
            if (answered > 0 && result is not SubmitUpdateResult.Accepted)
            {
                rounds.Nudge(submission.Client);
            }
        }

        activity?.SetTag(TributaryDiagnostics.Outcome, result.GetType().Name);
        return result;
    }

    private async Task<SubmitUpdateResult> ReceiveAsync(UpdateSubmission submission, CancellationToken cancellationToken)
    {
        if (rounds.Find(submission.Round) is not var (round, trainedIn) || (trainedIn is null && round.Plan.Phase != submission.Phase))
        {
            return submission.Error ?? await ExplainAsync(submission, cancellationToken);
        }

        if (!(trainedIn is null ? round.IsSelected(submission.Client) : await WasSelectedAsync(submission, cancellationToken)))
        {
            return new SubmitUpdateResult.NotSelected();
        }

        var scope = trainedIn is null ? round.Scope : ScopeOfLate(submission);
        var error = submission.Error
            ?? (trainedIn is not null && submission.Phase != 1 ? WrongPhase(submission.Phase, 1) : null)
            ?? (round.Rule.Strategy.Traits.NeedsLosses && submission.Loss is null ? MissingLoss(round.Plan.Settings.Aggregator) : null);
        var result = error
            ?? (trainedIn is not null && await ledger.HasCountedAsync(scope, submission.Client, cancellationToken) ? new SubmitUpdateResult.Duplicate()
                : round.IsSettledByOther(submission.Client, scope) ? new SubmitUpdateResult.NotReady()
                : await TakeAsync(round, trainedIn, scope, submission, cancellationToken));
        if (DescribeRefusal(result) is { } reason)
        {
            // The client has its answer and does not submit again by itself; if it does all the same, that update counts.
            var text = FreeText.Excerpt($"that of client {submission.Client}: {reason}", MaxReasonCharacters);
            await round.RefuseAsync(submission.Client, text, isLate: trainedIn is not null, cancellationToken);
        }

        return result;
    }

    private static string? DescribeRefusal(SubmitUpdateResult result) => result switch
    {
        SubmitUpdateResult.Invalid invalid => $"{invalid.Field} {invalid.Reason}",
        SubmitUpdateResult.UnknownUpload unknown => $"it has no finished upload with the id '{unknown.Id}'",
        _ => null,
    };

    /// <summary>Returns the scope of the training behind a late update: a round that takes them has one phase.</summary>
    private static UpdateScope ScopeOfLate(UpdateSubmission submission) => UpdateScope.OfRound(submission.Round, 1);

    /// <summary>
    /// Explains why no round is open for an update: its phase has ended, or this server has not yet resumed it. An update that may count in the
    /// session's next round is kept until that is open.
    /// </summary>
    private async ValueTask<SubmitUpdateResult> ExplainAsync(UpdateSubmission submission, CancellationToken cancellationToken)
    {
        if (rounds.IsClosed(UpdateScope.OfRound(submission.Round, submission.Phase))
            || await records.FindAsync(submission.Round, cancellationToken) is not { } round)
        {
            return new SubmitUpdateResult.RoundClosed();
        }

        var maxStaleness = check.GetMaxStaleness(round.Plan.Settings);
        var isOpening = round.Status == RoundStatus.Pending && round.Phase <= submission.Phase;
        if (!isOpening && !(maxStaleness > 0 && await records.FindStalenessAsync(submission.Round, cancellationToken) <= maxStaleness))
        {
            return new SubmitUpdateResult.RoundClosed();
        }

        return check.CountPhases(round.Plan.Settings) is { } phases && submission.Phase > phases
            ? WrongPhase(submission.Phase, phases)
            : maxStaleness > 0 && await ledger.HasCountedAsync(ScopeOfLate(submission), submission.Client, cancellationToken) ? new SubmitUpdateResult.Duplicate()
            : new SubmitUpdateResult.NotReady();
    }

    private async ValueTask<bool> WasSelectedAsync(UpdateSubmission submission, CancellationToken cancellationToken) =>
        await records.FindSelectionAsync(submission.Round, 1, options.Value.Name, cancellationToken) is { } selection
            && selection.Clients.Contains(submission.Client);

    private async Task<SubmitUpdateResult> TakeAsync(
        OpenRound round, EarlierRound? trainedIn, UpdateScope scope, UpdateSubmission submission, CancellationToken cancellationToken)
    {
        if (!ModelId.TryParse(submission.UploadId, out var id))
        {
            return new SubmitUpdateResult.Invalid(nameof(submission.UploadId), $"is '{submission.UploadId}'; expected {ModelId.Expected}");
        }

        using var holder = await uploadLock.EnterAsync(id, cancellationToken);
        var (upload, accepted) = await ledger.FindAsync(id, cancellationToken);
        if (accepted is not null)
        {
            return accepted.Client == submission.Client
                ? new SubmitUpdateResult.Duplicate()
                : new SubmitUpdateResult.Invalid(nameof(submission.UploadId), $"is '{id}', which is that of another update; expected a new upload");
        }

        if (upload is null || !IsOf(submission.Client, upload))
        {
            return new SubmitUpdateResult.UnknownUpload(id.Value);
        }

        ParameterSet? parameters = null;
        var isAccepted = false;
        try
        {
            using (var source = spool.OpenUpload(id))
            {
                // Other bytes than those recorded: a disk failed in the middle of a repeated upload. The client can send it again.
                if (source is null || source.Length != upload.Data.Length)
                {
                    return new SubmitUpdateResult.UnknownUpload(id.Value);
                }

                var codec = formats.GetCodec(round.Plan.Settings.Format);
                parameters = await decoder.DecodeAsync(codec, round.Rule, source, cancellationToken);
            }

            Failpoints.Reached("update.decoded", id.Value);
            var update = new AcceptedUpdate(round.Scope, submission.Client, id, submission.Examples, upload.Data.Length, time.GetUtcNow(), submission.Loss)
            {
                TrainedIn = scope,
                Origin = trainedIn?.Staleness > 0 ? trainedIn.Model : null,
                Staleness = trainedIn?.Staleness ?? 0,
            };

            // Before the round has the update: it may close with it at once.
            traces.Note(id);
            var result = await round.SubmitAsync(update, parameters, cancellationToken);
            isAccepted = result is SubmitUpdateResult.Accepted;
            return result;
        }
        catch (ParameterFormatException invalid)
        {
            return new SubmitUpdateResult.Invalid("model", invalid.Message);
        }
        finally
        {
            if (!isAccepted)
            {
                parameters?.Dispose();
            }
        }
    }

    /// <summary>Returns whether an upload is a client's: it names the client by its id or by a name that it uses, or names none.</summary>
    private bool IsOf(ClientId client, UploadRecord upload) =>
        upload.Owner is null || (ClientId.TryParse(upload.Owner, out var owner) && (owner == client || roster.FindMeant(owner).Contains(client)));

    private static SubmitUpdateResult.Invalid WrongPhase(int phase, int phases) =>
        new("phase", FormattableString.Invariant($"is {phase}; expected at most {phases}"));

    private static SubmitUpdateResult.Invalid MissingLoss(string strategy) => new(
        nameof(UpdateSubmission.Loss), $"is missing or not a number; strategy {strategy} expects the loss before training, at least 0");
}
