// SPDX-License-Identifier: Apache-2.0

using Grpc.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tributary.Combiner.Reports;
using Tributary.Combiner.Tasks;
using Tributary.Combiner.Updates;
using Tributary.Core;
using Tributary.Core.Clients;
using Tributary.Core.Combiners;
using Tributary.Core.Reports;
using Tributary.Core.Rounds;
using Tributary.Core.Updates;
using Tributary.Hosting.Grpc;
using Tributary.Protocol.Fedn;
using Fedn = Tributary.Protocol.Fedn;

namespace Tributary.Combiner.Services;

/// <summary>The service <c>fedn.Combiner</c>: tasks out; updates, validations and reports in.</summary>
internal sealed partial class CombinerService(
    ClientRoster roster,
    IClientStore clients,
    UpdateReceiver receiver,
    IUpdateStore ledger,
    ReportLog reports,
    CombinerMetrics metrics,
    IdSource ids,
    TimeProvider time,
    IOptions<CombinerOptions> options,
    ILogger<CombinerService> logger) : Fedn.Combiner.CombinerBase
{
    private readonly string _combiner = options.Value.Name;
    private readonly KeyedLock<ClientId> _updateLock = new();

    /// <summary>
    /// Sends tasks to a client. The stream never ends with success, which clients take as the end of their work: a newer stream of the
    /// client, or the server's stop, ends it as UNAVAILABLE.
    /// </summary>
    public override async Task TaskStream(ClientAvailableMessage request, IServerStreamWriter<TaskRequest> responseStream, ServerCallContext context)
    {
        var id = context.Identify(request.Sender);
        if (!roster.HasRoomFor(id))
        {
            throw GrpcError.Of(
                StatusCode.Unavailable, $"client '{id}': {roster.Capacity} clients are connected, which is the limit (Combiner:MaxConnectedClients)");
        }

        var name = request.Sender?.Name is { Length: > 0 } given ? given : id.Value;
        using var subscription = roster.Subscribe(id, name);
        if (context.BoundClient() is null && ClientId.TryParse(context.ClientHeader(), out var alias))
        {
            roster.Alias(alias, id);
        }

        ClientStatusChange[] presence = [new(id, name, ClientStatus.Online, time.GetUtcNow())];
        await clients.SetStatusAsync(_combiner, presence, context.CancellationToken);
        roster.MarkRecorded(presence);
        LogConnected(id);
        reports.Post(NetworkEvent($"Client {name} connecting to TaskStream."));
        if (subscription.HasTakenOver)
        {
            LogTakenOver(id);
            reports.Post(NetworkEvent(
                $"Client {name} ({id}): a newer TaskStream has taken over from one that was still open. "
                    + "A second process may be using the id, or the earlier connection was lost.",
                "WARNING"));
        }

        try
        {
            await foreach (var task in subscription.ReadAllAsync(context.CancellationToken))
            {
                await responseStream.WriteAsync(TaskMessage.ToWire(task, _combiner), context.CancellationToken);
                LogTaskSent(id, task.Kind, task.Round);
            }
        }
        finally
        {
            reports.Post(NetworkEvent($"Client {name} disconnected from TaskStream."));
        }

        throw GrpcError.Of(StatusCode.Unavailable, $"a newer stream of client '{id}' has taken over");
    }

    public override async Task<Response> SendModelUpdate(ModelUpdate request, ServerCallContext context)
    {
        var given = context.Identify(request.Sender);
        var submission = UpdateMetadata.Read(given, request.ModelUpdateId, request.Meta, request.Config);

        // One at a time for clients that share a name: the next one is identified by its open task, so the task of the one before must be closed first.
        using var turn = await _updateLock.EnterAsync(given, context.CancellationToken);
        var id = context.BoundClient() ?? await FindSenderAsync(submission, context.CancellationToken);

        // Unreadable metadata does not name a round. The answer then belongs to the round that the client trains for, which need not wait for it any longer.
        var round = submission.Round > 0 ? submission.Round : roster.FindTrainingRound(id) ?? 0;
        var result = await receiver.SubmitAsync(submission with { Client = id, Round = round }, context.CancellationToken);
        metrics.UpdateAnswered(result);
        var text = result.ToResponse(request.ModelUpdateId);
        if (result is SubmitUpdateResult.NotReady)
        {
            throw GrpcError.Of(StatusCode.Unavailable, text);
        }

        if (result is not SubmitUpdateResult.Accepted)
        {
            // Clients do not read the answer, so the reason is also reported as a status.
            LogUpdateNotTaken(id, text);
            await reports.AppendAsync([Refusal(request, id, text)], context.CancellationToken);
        }

        return new Response { Response_ = text };
    }

    public override async Task<Response> SendModelValidation(ModelValidation request, ServerCallContext context)
    {
        var isKnown = context.TryIdentify(request.Sender ??= context.BoundSender(), out var given);
        await reports.AppendAsync([ReportConversion.ToReport(request, ids, time)], context.CancellationToken);
        Failpoints.Reached("validation.recorded", request.ModelId);
        if (isKnown && Answered(task => task.Kind == ClientTaskKind.Validate && task.CorrelationId == request.CorrelationId) == 0)
        {
            // A task has another correlation id after a restart, and some clients send none.
            Answered(task => task.Kind == ClientTaskKind.Validate && task.Model.Value == request.ModelId);
        }

        return new Response { Response_ = "RECEIVED ModelValidation  from client  " };

        int Answered(Predicate<ClientTask> which) => roster.Answered(context.Resolve(roster, given, which), which);
    }

    public override Task<Response> SendModelMetric(ModelMetric request, ServerCallContext context) =>
        AppendAsync(request.Sender ??= context.BoundSender(), "metrics", request.Metrics.Count, () => ReportConversion.ToReports(request, ids, time), context);

    public override Task<Response> SendAttributeMessage(AttributeMessage request, ServerCallContext context) =>
        AppendAsync(request.Sender ??= context.BoundSender(), "attributes", request.Attributes.Count, () => ReportConversion.ToReports(request, ids, time), context);

    public override Task<Response> SendTelemetryMessage(TelemetryMessage request, ServerCallContext context) =>
        AppendAsync(request.Sender ??= context.BoundSender(), "telemetries", request.Telemetries.Count, () => ReportConversion.ToReports(request, ids, time), context);

    private async Task<Response> AppendAsync(
        Fedn.Client? sender, string field, int count, Func<IReadOnlyList<ValueReport>> convert, ServerCallContext context)
    {
        if (count > ReportConversion.MaxValues)
        {
            throw GrpcError.Invalid(FormattableString.Invariant($"{field} holds {count} values; expected at most {ReportConversion.MaxValues}"));
        }

        _ = context.TryIdentify(sender, out _);
        var values = convert();
        for (var i = 0; i < values.Count; i++)
        {
            if (FreeText.HoldsNull(values[i].Key))
            {
                throw GrpcError.Invalid(FormattableString.Invariant($"{field}[{i}].key {FreeText.NameFault}"));
            }
        }

        await reports.AppendAsync(values, context.CancellationToken);
        return new Response();
    }

    /// <summary>Returns the client that an unbound caller's update is of.</summary>
    private async ValueTask<ClientId> FindSenderAsync(UpdateSubmission submission, CancellationToken cancellationToken)
    {
        var meant = roster.FindMeant(submission.Client);
        if (meant.Count > 1 && ModelId.TryParse(submission.UploadId, out var id))
        {
            // The owner of the upload is the sender of the update; the upload may have come when only one client used the name.
            var (upload, accepted) = await ledger.FindAsync(id, cancellationToken);
            if (upload?.Owner is { } owner && meant.FirstOrDefault(client => client.Value == owner) is { Value: not null } uploader)
            {
                return uploader;
            }

            // A repeat of an update that already counts must not be attributed to another client of the same name.
            if (accepted is not null && meant.Contains(accepted.Client))
            {
                return accepted.Client;
            }
        }

        return roster.Resolve(submission.Client, task => task.Kind == ClientTaskKind.Train && task.Round == submission.Round);
    }

    private StatusReport NetworkEvent(string text, string level = "INFO") => new()
    {
        Id = ids.Next(),
        Status = text,
        LogLevel = level,
        Type = "NETWORK",
        Sender = new ReportSender(_combiner, "COMBINER", ""),
        At = time.GetUtcNow(),
    };

    private StatusReport Refusal(ModelUpdate update, ClientId id, string text) => new()
    {
        Id = ids.Next(),
        Status = text,
        LogLevel = "WARNING",
        Type = "MODEL_UPDATE",
        CorrelationId = update.CorrelationId,
        Sender = new ReportSender(update.Sender?.Name ?? "", "CLIENT", id.Value),
        At = time.GetUtcNow(),
    };
}
