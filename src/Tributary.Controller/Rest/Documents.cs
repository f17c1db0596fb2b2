// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Text.Json;
using Tributary.Core.Clients;
using Tributary.Core.Combiners;
using Tributary.Core.Models;
using Tributary.Core.Reports;
using Tributary.Core.Rounds;
using Tributary.Core.Sessions;
using Tributary.Protocol.Rest;

namespace Tributary.Controller.Rest;

/// <summary>The conversion of records to the documents of FEDn's REST interface.</summary>
internal static class Documents
{
    public static ClientSummary ToDocument(ClientRecord client) => new()
    {
        ClientId = client.Id.Value,
        Combiner = client.Combiner,
        PreferredCombiner = client.PreferredCombiner,
        Address = client.Address,
        LastSeen = client.LastSeen,
        Name = client.Name,
        Package = client.Package,
        Status = client.Status.ToString().ToLowerInvariant(),
    };

    public static ModelSummary ToDocument(ModelRecord model) => new()
    {
        CommittedAt = model.CommittedAt,
        Format = model.Format,
        Length = model.Data.Length,
        Model = model.Id.Value,
        ModelId = model.Id.Value,
        Name = model.Name,
        ParentModelId = model.Parent?.Value,
        RoundId = model.Round?.ToString(CultureInfo.InvariantCulture),
        SessionId = model.Session?.Value,
        Sha256 = model.Data.Sha256,
    };

    public static SessionSummary ToDocument(SessionRecord session) => new()
    {
        CommittedAt = session.CommittedAt,
        Name = session.Name,
        SeedModelId = session.SeedModel?.Value,
        SessionConfig = ToDocument(session.Config),
        SessionId = session.Id.Value,
        Status = session.Status.ToString(),
        UpdatedAt = session.UpdatedAt,
    };

    public static RunSummary ToDocument(RunRecord run) => new()
    {
        CommittedAt = run.StartedAt,
        CompletedAt = run.CompletedAt,
        CompletedModelId = run.CompletedModel?.Value,
        ModelId = run.Model.Value,
        RoundTimeout = run.RoundTimeout,
        Rounds = run.Rounds,
        RunId = run.Id,
        SessionId = run.Session.Value,
    };

    public static RoundResponse ToDocument(RoundRecord round)
    {
        var number = round.Number.ToString(CultureInfo.InvariantCulture);
        return new RoundResponse
        {
            Combiners = [.. round.Combiners.Select(report => ToDocument(report, number, round.Plan.Settings.RoundTimeout))],
            CommittedAt = round.OpenedAt,
            Error = round.Error,
            RoundConfig = ToDocument(round.Plan, number),
            RoundTimes = round.Times is { } times
                ? new() { Reduce = new() { Aggregate = times.Reduce, Fetch = 0, Load = 0 }, Commit = times.Commit }
                : null,
            RoundId = number,
            Status = round.Status.ToString(),
            UpdatedAt = round.ClosedAt ?? round.OpenedAt,
        };
    }

    public static StatusSummary ToDocument(StatusReport status) => new()
    {
        CorrelationId = status.CorrelationId,
        Data = status.Data,
        Extra = status.Extra,
        LogLevel = status.LogLevel,
        Sender = ToDocument(status.Sender),
        SessionId = status.Session,
        Status = status.Status,
        StatusId = status.Id,
        Timestamp = status.At,
        Type = status.Type,
    };

    public static ValidationSummary ToDocument(ValidationReport validation) => new()
    {
        CorrelationId = validation.CorrelationId,
        Data = validation.Data,
        Meta = validation.Meta,
        ModelId = validation.Model,
        Receiver = ToDocument(validation.Receiver),
        Sender = ToDocument(validation.Sender),
        SessionId = validation.Session,
        Timestamp = validation.At,
        ValidationId = validation.Id,
    };

    public static ValueSummary ToDocument(ValueReport value) => new()
    {
        AttributeId = value.Kind == ValueKind.Attribute ? value.Id : null,
        MetricId = value.Kind == ValueKind.Metric ? value.Id : null,
        TelemetryId = value.Kind == ValueKind.Telemetry ? value.Id : null,
        Key = value.Key,
        ModelId = value.Model,
        RoundId = value.Round,
        Sender = ToDocument(value.Sender),
        SessionId = value.Session,
        Step = value.Step,
        Timestamp = value.At,
        Value = value.Number is { } number ? Number(number) : Text(value.Text),
    };

    public static CombinerSummary ToDocument(ICombinerLink combiner)
    {
        var address = combiner.Address;
        return new()
        {
            Address = address.Host,
            CombinerId = combiner.Name,
            Fqdn = address.Fqdn,
            Ip = "",
            Name = combiner.Name,
            Parent = "localhost",
            Port = address.Port,
        };
    }

    private static SessionConfigDocument ToDocument(SessionConfig config) => new()
    {
        Aggregator = config.Aggregator,
        AggregatorKwargs = config.AggregatorParameters,
        BufferSize = config.BufferSize,
        ClientsRequired = config.ClientsRequired,
        DeleteModelsStorage = config.DeleteModelsStorage,
        HelperType = config.Format,
        MaxClients = config.MaxClients > 0 ? config.MaxClients : null,
        OverSelection = config.OverSelection > 0 ? config.OverSelection : null,
        ModelId = config.ModelId,
        RequestedClients = config.RequestedClients,
        RoundTimeout = config.RoundTimeout,
        Rounds = config.Rounds,
        ServerFunctions = config.ServerFunctions,
        Validate = config.Validate,
    };

    private static RoundConfigDocument ToDocument(RoundPlan plan, string round) => new()
    {
        Aggregator = plan.Settings.Aggregator,
        AggregatorKwargs = plan.Settings.AggregatorParameters,
        BufferSize = plan.Settings.BufferSize,
        ClientsRequired = plan.Settings.ClientsRequired,
        DeleteModelsStorage = plan.Settings.DeleteModelsStorage,
        HelperType = plan.Settings.Format,
        MaxClients = plan.Settings.MaxClients > 0 ? plan.Settings.MaxClients : null,
        OverSelection = plan.Settings.OverSelection > 0 ? plan.Settings.OverSelection : null,
        ModelId = plan.Model.Value,
        RequestedClients = plan.Settings.RequestedClients,
        RoundId = round,
        RoundTimeout = plan.Settings.RoundTimeout,
        Rounds = 1,
        SelectedClients = plan.Clients.Count == 0 ? null : plan.Clients,
        SessionId = plan.Session,
        Task = "training",
        Validate = plan.Settings.Validate,
    };

    private static CombinerRoundDocument ToDocument(CombinerReport report, string round, double timeout) => new()
    {
        Config = new() { JobId = report.JobId },
        Updates = new()
        {
            AggregationTimes = new() { AggregatedModels = report.Aggregated, Aggregation = report.Aggregating, Load = 0 },
            Bytes = report.Bytes,
            Expected = report.Selected,
            Refused = report.Refused,
            Required = report.Required,
            WaitTime = report.Waited,
            Timeout = timeout,
            Examples = report.Weight,
        },
        ModelId = report.Model,
        Name = report.Name,
        RoundId = round,
        Status = report.Status.ToString(),
        TotalTime = report.Total,
    };

    private static PeerSummary? ToDocument(ReportSender? sender) =>
        sender is null ? null : new() { ClientId = sender.ClientId, Name = sender.Name, Role = sender.Role };

    // JSON has no NaN; clients may report it.
    private static JsonElement Number(double value) => double.IsFinite(value)
        ? JsonSerializer.SerializeToElement(value, RestResponseJson.Default.Double)
        : Text(value.ToString(CultureInfo.InvariantCulture));

    private static JsonElement Text(string? value) => JsonSerializer.SerializeToElement(value, RestResponseJson.Default.String);
}
