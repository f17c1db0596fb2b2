// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Options;
using Tributary.Core.Clients;
using Tributary.Core.Combiners;
using Tributary.Core.Reports;

namespace Tributary.Core.Rounds;

/// <summary>The validation requests for committed models: to the clients of a round, after a restart to those yet to answer.</summary>
public sealed class ValidationRequests(
    ClientRoster roster, IRoundStore rounds, IReportStore reports, IdSource ids, TimeProvider time, IOptions<CombinerOptions> options)
{
    private readonly string _combiner = options.Value.Name;

    /// <summary>Asks the clients of the round to validate its model; absent clients find the task when they return.</summary>
    public ValueTask RequestAsync(ValidationPlan plan, CancellationToken cancellationToken) => RequestAsync(plan, _ => true, cancellationToken);

    private async ValueTask RequestAsync(ValidationPlan plan, Predicate<ClientId> isDue, CancellationToken cancellationToken)
    {
        var selection = await rounds.FindSelectionAsync(plan.Round, 1, _combiner, cancellationToken);
        var clients = selection?.Clients ?? [.. roster.ListActive().Select(c => c.Id)];
        Assign(plan, clients.Where(c => isDue(c) && (plan.Clients.Count == 0 || plan.Clients.Contains(c.Value))), time.GetUtcNow());
        Failpoints.Reached("validation.requested", plan.Model.Value);
    }

    /// <summary>Asks the clients of the round that have neither reported nor been asked, so that a repeat asks no client twice.</summary>
    public async ValueTask RequestMissingAsync(ValidationPlan plan, CancellationToken cancellationToken)
    {
        var answered = await FindAnsweredAsync(plan.Model, cancellationToken);
        await RequestAsync(
            plan,
            client => !answered.Contains(client.Value) && !roster.IsAsked(client, t => t.Kind == ClientTaskKind.Validate && t.Model == plan.Model),
            cancellationToken);
    }

    /// <summary>Asks again, at a start, the clients that were asked before, recently enough, and have not reported.</summary>
    public async ValueTask ResumeAsync(CancellationToken cancellationToken)
    {
        // An unfinished round is requested again by its executor; for more rounds than these, a client would not keep the tasks.
        var request = new PageRequest
        {
            Limit = ClientRoster.MaxOutstanding,
            Filters = new Dictionary<string, string> { ["status"] = nameof(RoundStatus.Finished) },
        };
        var oldest = time.GetUtcNow() - ClientRoster.ValidationPatience;
        var finished = await request.ReadAllAsync(rounds.ListAsync, null, cancellationToken).ToListAsync(cancellationToken);
        foreach (var round in finished.Where(r => r.RunId is not null && r.Plan.Settings.Validate && r.ClosedAt > oldest).OrderBy(r => r.Number))
        {
            if (await rounds.FindSelectionAsync(round.Number, 1, _combiner, cancellationToken) is { } selection)
            {
                var answered = await FindAnsweredAsync(round.Output, cancellationToken);
                var plan = new ValidationPlan(round.Number, round.Plan.Session, round.Output, round.Plan.Clients);
                Assign(plan, selection.Clients.Where(c => !answered.Contains(c.Value)), round.ClosedAt!.Value);
            }
        }
    }

    private async ValueTask<HashSet<string>> FindAnsweredAsync(ModelId model, CancellationToken cancellationToken)
    {
        var request = new PageRequest { Filters = new Dictionary<string, string> { ["model_id"] = model.Value } };
        return await request.ReadAllAsync(reports.ListValidationsAsync, null, cancellationToken)
            .Select(v => v.Sender).OfType<ReportSender>().Select(s => s.Identity).ToHashSetAsync(cancellationToken: cancellationToken);
    }

    private void Assign(ValidationPlan plan, IEnumerable<ClientId> clients, DateTimeOffset at)
    {
        foreach (var client in clients)
        {
            roster.Assign(new ClientTask
            {
                Kind = ClientTaskKind.Validate,
                Client = client,
                CorrelationId = ids.Next(),
                Round = plan.Round,
                Session = plan.Session,
                Model = plan.Model,
                At = at,
            });
        }
    }
}
