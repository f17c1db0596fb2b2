// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Threading.Channels;
using Tributary.Core.Aggregation;
using Tributary.Core.Combiners;
using Tributary.Core.Updates;
using Tributary.Numerics.Parameters;

namespace Tributary.Core.Rounds;

/// <summary>A round that accepts updates. Many callers submit, one writer decides: <see cref="CollectAsync"/>.</summary>
internal sealed class OpenRound
{
    private readonly IUpdateStore _ledger;
    private readonly FrozenSet<ClientId> _selected;
    private readonly int _threshold;
    private readonly SortedDictionary<ClientId, Collected> _collected = [];
    private readonly HashSet<ClientId> _refused = [];
    private readonly HashSet<ClientId> _lost = [];
    private int _lateRefusals;
    private bool _isNudged;

    // The training behind the one update of each client that counts, or counted and is lost: callers look at it as well.
    private readonly ConcurrentDictionary<ClientId, UpdateScope> _settled = [];
    private IReadOnlySet<ClientId> _gone = new HashSet<ClientId>();
    private volatile SubmitUpdateResult? _closed;

    // One entry of each selected client would do; refusals and repeats need a little more room. Callers wait when it is full.
    private readonly Channel<Submission> _submissions;

    public OpenRound(RoundPlan plan, RoundSelection selection, UpdateRule rule, IUpdateStore ledger)
    {
        (Plan, Rule, Deadline, _ledger) = (plan, rule, selection.Deadline, ledger);
        (Selected, _selected) = (selection.Clients, selection.Clients.ToFrozenSet());
        _threshold = plan.Settings.BufferSize > 0 ? plan.Settings.BufferSize : _selected.Count;
        _submissions = Channel.CreateBounded<Submission>(
            new BoundedChannelOptions(Math.Max(16, _selected.Count)) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    }

    public RoundPlan Plan { get; }

    public UpdateScope Scope => UpdateScope.OfRound(Plan.Round, Plan.Phase);

    /// <summary>The rule of what an update may look like.</summary>
    public UpdateRule Rule { get; }

    /// <summary>The earlier rounds of the session whose clients may still deliver, by number; null unless the strategy takes late updates.</summary>
    public IReadOnlyDictionary<long, EarlierRound>? Earlier { get; init; }

    public IReadOnlyList<ClientId> Selected { get; }

    public DateTimeOffset Deadline { get; }

    /// <summary>The number of updates that close the round.</summary>
    public int Threshold => Math.Min(_threshold, _selected.Count);

    /// <summary>The number of updates that wait to be recorded in the ledger.</summary>
    public int Waiting => _submissions.Reader.Count;

    public int Refused => _refused.Count + _lateRefusals;

    /// <summary>The reason for which an update was refused first; null while none was.</summary>
    public string? FirstRefusal { get; private set; }

    /// <summary>The updates that count, by client id: the canonical order.</summary>
    public IReadOnlyCollection<Collected> Updates => _collected.Values;

    /// <summary>The clients that delivered an update and those that failed to; once enough are in, the others do not fail.</summary>
    public RoundParticipation Participation => new(
        _collected.Count,
        _collected.Count >= Threshold
            ? _refused.Union(_lost).Count()
            : Missing.Count() + _refused.Union(_lost).Count());

    /// <summary>The clients whose answer has not come.</summary>
    public IEnumerable<ClientId> Missing => Selected.Where(client => !IsSettled(client) && !_refused.Contains(client));

    /// <summary>The number of missing clients that the round does not wait for.</summary>
    public int Gone => Missing.Count(_gone.Contains);

    /// <summary>True when the round waits for no more updates: enough are in, or none will come.</summary>
    public bool IsComplete => _collected.Count >= Threshold || Missing.All(_gone.Contains);

    public bool IsSelected(ClientId client) => _selected.Contains(client);

    /// <summary>Returns whether the client's update counts, or counted and is lost: nothing more is expected from the client.</summary>
    public bool IsSettled(ClientId client) => _settled.ContainsKey(client);

    /// <summary>Returns whether a client's update counts that comes from another training: one round takes one update of a client.</summary>
    public bool IsSettledByOther(ClientId client, UpdateScope trainedIn) => _settled.TryGetValue(client, out var settled) && settled != trainedIn;

    /// <summary>Counts an update that the ledger holds, whatever the client sent before.</summary>
    public void Count(AcceptedUpdate update, ParameterSet parameters)
    {
        _refused.Remove(update.Client);
        _collected.Add(update.Client, new Collected(update, parameters));
        _settled[update.Client] = update.TrainedIn;
    }

    /// <summary>Records that the ledger holds an update that can no longer be read.</summary>
    public void MarkLost(AcceptedUpdate update)
    {
        _lost.Add(update.Client);
        _settled[update.Client] = update.TrainedIn;
    }

    /// <summary>Sets the clients that the round need not wait for; the update of one of them counts if it comes all the same.</summary>
    public void SetGone(IReadOnlySet<ClientId> clients) => _gone = clients;

    /// <summary>Submits a checked update; returns once it is durable or does not count. Owns the parameters only if accepted.</summary>
    public async ValueTask<SubmitUpdateResult> SubmitAsync(AcceptedUpdate update, ParameterSet parameters, CancellationToken cancellationToken)
    {
        var submission = new Submission(update, parameters);
        try
        {
            await _submissions.Writer.WriteAsync(submission, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            return _closed!;
        }

        // Not cancellable from here on: the writer may be making the update durable.
        return await submission.Answer.Task;
    }

    /// <summary>
    /// Records that a client has answered with an unusable update. The round need not wait for the client, unless the update is one of an earlier
    /// training: then the client may have a task of this round, or get one.
    /// </summary>
    public async ValueTask RefuseAsync(ClientId client, string reason, bool isLate, CancellationToken cancellationToken)
    {
        try
        {
            await _submissions.Writer.WriteAsync(new Submission(client, reason, isLate), cancellationToken);
        }
        catch (ChannelClosedException)
        {
        }
    }

    /// <summary>Ends <see cref="CollectAsync"/> for a moment, since a client has answered an earlier task and may get one of this round.</summary>
    public void Nudge(ClientId client) => _submissions.Writer.TryWrite(new Submission(client, refusal: null, isLate: true));

    /// <summary>Collects updates until enough are in, every client has answered, a client may get a task, or <paramref name="closing"/> is cancelled.</summary>
    /// <returns>False when the ledger has failed: it may hold the updates all the same; restore them before continuing.</returns>
    public async Task<bool> CollectAsync(CancellationToken closing, CancellationToken cancellationToken)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(closing, cancellationToken);
        try
        {
            for (_isNudged = false; !IsComplete && !_isNudged && await _submissions.Reader.WaitToReadAsync(linked.Token);)
            {
                if (!await TakeAsync())
                {
                    return false;
                }
            }
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
        }

        return true;
    }

    /// <summary>Closes the round: updates that wait, and all later ones, get <paramref name="answer"/>. The first close counts.</summary>
    public void Close(SubmitUpdateResult answer)
    {
        _closed ??= answer;
        _submissions.Writer.TryComplete();
        while (_submissions.Reader.TryRead(out var late))
        {
            late.Answer.TrySetResult(_closed);
        }
    }

    private void Refuse(Submission submission)
    {
        _isNudged |= submission.IsLate;
        if (submission.Refusal is null || _collected.ContainsKey(submission.Client))
        {
            return;
        }

        FirstRefusal ??= submission.Refusal;
        if (submission.IsLate)
        {
            _lateRefusals++;
        }
        else
        {
            _refused.Add(submission.Client);
        }
    }

    /// <summary>Records all waiting updates in the ledger with one write: the acknowledgements of many clients share one sync.</summary>
    private async Task<bool> TakeAsync()
    {
        var accepted = new List<Submission>();
        var repeated = new List<Submission>();
        while (accepted.Count + _collected.Count < Threshold && _submissions.Reader.TryRead(out var submission))
        {
            if (submission.Update is not { } update)
            {
                Refuse(submission);
                submission.Answer.TrySetResult(new SubmitUpdateResult.RoundClosed());
            }
            else if (IsSettledByOther(update.Client, update.TrainedIn) || accepted.Exists(s => s.Client == update.Client && s.Update!.TrainedIn != update.TrainedIn))
            {
                // It may count in the session's next round.
                submission.Answer.TrySetResult(new SubmitUpdateResult.NotReady());
            }
            else if (_lost.Contains(update.Client))
            {
                submission.Answer.TrySetResult(new SubmitUpdateResult.RoundClosed());
            }
            else if (_collected.ContainsKey(update.Client))
            {
                submission.Answer.TrySetResult(new SubmitUpdateResult.Duplicate());
            }
            else if (accepted.Exists(s => s.Client == update.Client))
            {
                // To be told that its update counts already, the client waits until that update is durable.
                repeated.Add(submission);
            }
            else
            {
                accepted.Add(submission);
            }
        }

        if (accepted.Count == 0)
        {
            return true;
        }

        IReadOnlyList<bool> isAdded;
        try
        {
            isAdded = await _ledger.AcceptAsync([.. accepted.Select(s => s.Update!)], CancellationToken.None);
        }
        catch (Exception error)
        {
            // The callers receive the error, and may submit again.
            foreach (var submission in accepted.Concat(repeated))
            {
                submission.Answer.TrySetException(error);
            }

            return false;
        }

        foreach (var (submission, counts) in accepted.Zip(isAdded))
        {
            if (counts)
            {
                Failpoints.Reached("update.ledgered", submission.Client.Value);
                Count(submission.Update!, submission.Parameters!);
            }

            submission.Answer.TrySetResult(counts ? new SubmitUpdateResult.Accepted() : new SubmitUpdateResult.Duplicate());
        }

        foreach (var submission in repeated)
        {
            submission.Answer.TrySetResult(new SubmitUpdateResult.Duplicate());
        }

        return true;
    }

    /// <summary>A decoded update that counts.</summary>
    internal sealed record Collected(AcceptedUpdate Update, ParameterSet Parameters);

    private sealed class Submission
    {
        public Submission(AcceptedUpdate update, ParameterSet parameters) =>
            (Client, Update, Parameters) = (update.Client, update, parameters);

        public Submission(ClientId client, string? refusal, bool isLate) => (Client, Refusal, IsLate) = (client, refusal, isLate);

        public ClientId Client { get; }

        public AcceptedUpdate? Update { get; }

        public ParameterSet? Parameters { get; }

        public string? Refusal { get; }

        /// <summary>True for the answer to an earlier task that does not count.</summary>
        public bool IsLate { get; }

        public TaskCompletionSource<SubmitUpdateResult> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
