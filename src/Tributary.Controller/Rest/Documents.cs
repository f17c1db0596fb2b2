// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Text.Json.Nodes;
using Tributary.Core.Clients;
using Tributary.Core.Models;
using Tributary.Core.Reports;
using Tributary.Core.Rounds;
using Tributary.Core.Sessions;

namespace Tributary.Controller.Rest;

/// <summary>Records as the documents of FEDn's REST interface: keys in alphabetical order, dates as RFC 1123 texts.</summary>
internal static class Documents
{
    public static JsonObject ToDocument(ClientRecord client) => new()
    {
        ["client_id"] = client.Id.Value,
        ["combiner"] = client.Combiner,
        ["combiner_preferred"] = client.PreferredCombiner,
        ["ip"] = client.Address,
        ["last_seen"] = Date(client.LastSeen),
        ["name"] = client.Name,
        ["package"] = client.Package,
        ["status"] = client.Status,
    };

    public static JsonObject ToDocument(ModelRecord model) => new()
    {
        ["committed_at"] = Date(model.CommittedAt),
        ["format"] = model.Format,
        ["length"] = model.Data.Length,
        ["model"] = model.Id.Value,
        ["model_id"] = model.Id.Value,
        ["name"] = model.Name,
        ["parent_model"] = model.Parent?.Value,
        ["round_id"] = model.Round?.ToString(CultureInfo.InvariantCulture),
        ["session_id"] = model.Session?.Value,
        ["sha256"] = model.Data.Sha256,
    };

    public static JsonObject ToDocument(SessionRecord session) => new()
    {
        ["committed_at"] = Date(session.CommittedAt),
        ["name"] = session.Name,
        ["seed_model_id"] = session.SeedModel?.Value,
        ["session_config"] = ToDocument(session.Config),
        ["session_id"] = session.Id.Value,
        ["status"] = session.Status.ToString(),
        ["updated_at"] = Date(session.UpdatedAt),
    };

    public static JsonObject ToDocument(RunRecord run) => new()
    {
        ["committed_at"] = Date(run.StartedAt),
        ["completed_at"] = Date(run.CompletedAt),
        ["completed_at_model_id"] = run.CompletedModel?.Value,
        ["model_id"] = run.Model.Value,
        ["round_timeout"] = run.RoundTimeout,
        ["rounds"] = run.Rounds,
        ["run_id"] = run.Id,
        ["session_id"] = run.Session.Value,
    };

    public static JsonObject ToDocument(RoundRecord round)
    {
        var settings = round.Plan.Settings;
        var number = round.Number.ToString(CultureInfo.InvariantCulture);
        return new JsonObject
        {
            ["combiners"] = new JsonArray([.. round.Combiners.Select(entry => ToDocument(entry, number, settings.RoundTimeout))]),
            ["committed_at"] = Date(round.OpenedAt),
            ["error"] = round.Error,
            ["round_config"] = new JsonObject
            {
                ["aggregator"] = settings.Aggregator,
                ["aggregator_kwargs"] = settings.AggregatorParameters,
                ["buffer_size"] = settings.BufferSize,
                ["clients_required"] = settings.ClientsRequired,
                ["delete_models_storage"] = settings.DeleteModelsStorage,
                ["helper_type"] = settings.Format,
                ["model_id"] = round.Plan.Model.Value,
                ["requested_clients"] = settings.RequestedClients,
                ["round_id"] = number,
                ["round_timeout"] = settings.RoundTimeout,
                ["rounds"] = 1,
                ["selected_clients"] = round.Plan.Clients.Count == 0 ? null : Texts(round.Plan.Clients),
                ["session_id"] = round.Plan.Session,
                ["task"] = "training",
                ["validate"] = settings.Validate,
            },
            ["round_data"] = round.Times is { } times
                ? new JsonObject
                {
                    ["reduce"] = new JsonObject
                    {
                        ["time_aggregate_model"] = times.Reduce,
                        ["time_fetch_model"] = 0,
                        ["time_load_model"] = 0,
                    },
                    ["time_commit"] = times.Commit,
                }
                : null,
            ["round_id"] = number,
            ["status"] = round.Status.ToString(),
            ["updated_at"] = Date(round.ClosedAt ?? round.OpenedAt),
        };
    }

    public static JsonObject ToDocument(StatusReport status) => new()
    {
        ["correlation_id"] = status.CorrelationId,
        ["data"] = status.Data,
        ["extra"] = status.Extra,
        ["log_level"] = status.LogLevel,
        ["sender"] = ToDocument(status.Sender),
        ["session_id"] = status.Session,
        ["status"] = status.Status,
        ["status_id"] = status.Id,
        ["timestamp"] = Timestamp(status.At),
        ["type"] = status.Type,
    };

    public static JsonObject ToDocument(ValidationReport validation) => new()
    {
        ["correlation_id"] = validation.CorrelationId,
        ["data"] = validation.Data,
        ["meta"] = validation.Meta,
        ["model_id"] = validation.Model,
        ["receiver"] = ToDocument(validation.Receiver),
        ["sender"] = ToDocument(validation.Sender),
        ["session_id"] = validation.Session,
        ["timestamp"] = Timestamp(validation.At),
        ["validation_id"] = validation.Id,
    };

    /// <summary>A metric, an attribute or a piece of telemetry; they differ in the name of their id alone.</summary>
    public static JsonObject ToDocument(ValueReport value, string idKey) => new()
    {
        [idKey] = value.Id,
        ["key"] = value.Key,
        ["model_id"] = value.Model,
        ["round_id"] = value.Round,
        ["sender"] = ToDocument(value.Sender),
        ["session_id"] = value.Session,
        ["step"] = value.Step,
        ["timestamp"] = Timestamp(value.At),
        ["value"] = value.Number is { } number ? Number(number) : JsonValue.Create(value.Text),
    };

    public static JsonObject ToDocument(ICombinerLink combiner) => new()
    {
        ["address"] = combiner.Address.Host,
        ["combiner_id"] = combiner.Name,
        ["fqdn"] = null,
        ["ip"] = "",
        ["name"] = combiner.Name,
        ["parent"] = "localhost",
        ["port"] = combiner.Address.Port,
    };

    private static JsonObject ToDocument(SessionConfig config) => new()
    {
        ["aggregator"] = config.Aggregator,
        ["aggregator_kwargs"] = config.AggregatorParameters,
        ["buffer_size"] = config.BufferSize,
        ["clients_required"] = config.ClientsRequired,
        ["delete_models_storage"] = config.DeleteModelsStorage,
        ["helper_type"] = config.Format,
        ["model_id"] = config.ModelId,
        ["requested_clients"] = config.RequestedClients,
        ["round_timeout"] = config.RoundTimeout,
        ["rounds"] = config.Rounds,
        ["server_functions"] = config.ServerFunctions,
        ["validate"] = config.Validate,
    };

    private static JsonObject ToDocument(CombinerReport entry, string round, double timeout) => new()
    {
        ["config"] = new JsonObject { ["_job_id"] = entry.JobId },
        ["data"] = new JsonObject
        {
            ["aggregation_time"] = new JsonObject
            {
                ["nr_aggregated_models"] = entry.Aggregated,
                ["time_model_aggregation"] = entry.Aggregating,
                ["time_model_load"] = 0,
            },
            ["bytes"] = entry.Bytes,
            ["nr_expected_updates"] = entry.Selected,
            ["nr_refused_updates"] = entry.Refused,
            ["nr_required_updates"] = entry.Required,
            ["time_combination"] = entry.Waited,
            ["timeout"] = timeout,
            ["total_examples"] = entry.Weight,
        },
        ["model_id"] = entry.Model,
        ["name"] = entry.Name,
        ["round_id"] = round,
        ["status"] = entry.Status,
        ["time_exec_training"] = entry.Total,
    };

    private static JsonObject? ToDocument(ReportSender? sender) => sender is null
        ? null
        : new JsonObject { ["client_id"] = sender.ClientId, ["name"] = sender.Name, ["role"] = sender.Role };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => JsonValue.Create(t))]);

    // JSON has no NaN; clients may report it.
    private static JsonValue Number(double value) =>
        double.IsFinite(value) ? JsonValue.Create(value) : JsonValue.Create(value.ToString(CultureInfo.InvariantCulture));

    private static string? Date(DateTimeOffset? at) => at?.ToString("R", CultureInfo.InvariantCulture);

    private static string Timestamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
