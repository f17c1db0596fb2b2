// SPDX-License-Identifier: Apache-2.0

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
using Tributary.Hosting;
using Tributary.Protocol.Fedn;
using Tributary.Rpc;

namespace Tributary.Combiner.Services;

/// <summary>The service <c>fedn.Combiner</c>: tasks out; updates, validations and reports in.</summary>
internal sealed partial class CombinerService(
    ClientRoster roster,
    IClientStore clients,
    UpdateReceiver receiver,
    ReportLog reports,
    IdSource ids,
    TimeProvider time,
    IOptions<CombinerOptions> options,
    ILogger<CombinerService> logger)
{
    private readonly string _combiner = options.Value.Name;

    /// <summary>
    /// Sends tasks to a client. The stream never ends with success, which clients take as the end of their work: a newer stream of the
    /// client, or the server's stop, ends it as UNAVAILABLE.
    /// </summary>
    public async Task StreamTasksAsync(ClientAvailableMessage request, RpcWriter<TaskRequest> responses, RpcCall call)
    {
        var id = Identify(request.Sender, call);
        var name = request.Sender?.Name is { Length: > 0 } given ? given : id.Value;
        using var subscription = roster.Subscribe(id, name);
        if (ClientId.TryParse(call.RequestMetadata.GetText("client"), out var alias))
        {
            roster.Alias(alias, id);
        }

        await GrpcStatusMapping.GuardAsync(logger, call, async () =>
        {
            ClientStatusChange[] presence = [new(id, name, ClientStatus.Online, time.GetUtcNow())];
            await clients.SetStatusAsync(_combiner, presence, call.CancellationToken);
            roster.MarkRecorded(presence);
            return true;
        });
        LogConnected(id);
        reports.Post(NetworkEvent($"Client {name} connecting to TaskStream."));
        try
        {
            await foreach (var task in subscription.ReadAllAsync(call.CancellationToken))
            {
                await responses.WriteAsync(TaskMessage.ToWire(task, _combiner), call.CancellationToken);
                LogTaskSent(id, task.Kind, task.Round);
            }
        }
        finally
        {
            reports.Post(NetworkEvent($"Client {name} disconnected from TaskStream."));
        }

        throw new RpcException(RpcStatusCode.Unavailable, $"a newer stream of client '{id}' has taken over");
    }

    public Task<Response> SendModelUpdateAsync(ModelUpdate update, RpcCall call) =>
        GrpcStatusMapping.GuardAsync(logger, call, async () =>
        {
            var id = roster.Resolve(Identify(update.Sender, call));
            var result = await receiver.SubmitAsync(
                UpdateMetadata.Read(id, update.ModelUpdateId, update.Meta, update.Config), call.CancellationToken);
            var text = result.ToResponse(update.ModelUpdateId);
            if (result is SubmitUpdateResult.NotReady)
            {
                throw new RpcException(RpcStatusCode.Unavailable, text);
            }

            if (result is not SubmitUpdateResult.Accepted)
            {
                // Clients do not read the answer, so the reason is also reported as a status.
                LogUpdateNotTaken(id, text);
                await reports.AppendAsync([Refusal(update, id, text)], call.CancellationToken);
            }

            return new Response { Response_ = text };
        });

    public Task<Response> SendModelValidationAsync(ModelValidation validation, RpcCall call) =>
        GrpcStatusMapping.GuardAsync(logger, call, async () =>
        {
            await reports.AppendAsync([ReportConversion.ToReport(validation, ids, time)], call.CancellationToken);
            Failpoints.Reached("validation.recorded", validation.ModelId);
            if (TryIdentify(validation.Sender, call, out var given)
                && roster.Resolve(given) is var id
                && roster.Answered(id, task => task.Kind == ClientTaskKind.Validate && task.CorrelationId == validation.CorrelationId) == 0)
            {
                // A task has another correlation id after a restart, and some clients send none.
                roster.Answered(id, task => task.Kind == ClientTaskKind.Validate && task.Model.Value == validation.ModelId);
            }

            return new Response { Response_ = "RECEIVED ModelValidation  from client  " };
        });

    public Task<Response> SendModelMetricAsync(ModelMetric metric, RpcCall call) => AppendAsync(call, "metrics", ReportConversion.ToReports(metric, ids, time));

    public Task<Response> SendAttributeMessageAsync(AttributeMessage message, RpcCall call) =>
        AppendAsync(call, "attributes", ReportConversion.ToReports(message, ids, time));

    public Task<Response> SendTelemetryMessageAsync(TelemetryMessage message, RpcCall call) =>
        AppendAsync(call, "telemetries", ReportConversion.ToReports(message, ids, time));

    private Task<Response> AppendAsync(RpcCall call, string field, IReadOnlyList<ValueReport> values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (FreeText.HoldsNull(values[i].Key))
            {
                throw new RpcException(RpcStatusCode.InvalidArgument, FormattableString.Invariant($"{field}[{i}].key {FreeText.NameFault}"));
            }
        }

        return GrpcStatusMapping.GuardAsync(logger, call, async () =>
        {
            await reports.AppendAsync(values, call.CancellationToken);
            return new Response();
        });
    }

    /// <summary>Finds the client's id: that of the message, else the one in the call's metadata, else the sender's name.</summary>
    internal static bool TryIdentify(Client? sender, RpcCall call, out ClientId id) =>
        ClientId.TryParse(sender?.ClientId is { Length: > 0 } given ? given : call.RequestMetadata.GetText("client") ?? sender?.Name, out id);

    private static ClientId Identify(Client? sender, RpcCall call) =>
        FreeText.HoldsNull(sender?.Name)
            ? throw new RpcException(RpcStatusCode.InvalidArgument, $"sender.name {FreeText.NameFault}")
            : TryIdentify(sender, call, out var id)
                ? id
                : throw new RpcException(RpcStatusCode.InvalidArgument, $"sender.client_id: '{sender?.ClientId}'; expected {ClientId.Expected}");

    private StatusReport NetworkEvent(string text) => new()
    {
        Id = ids.Next(),
        Status = text,
        LogLevel = "INFO",
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
