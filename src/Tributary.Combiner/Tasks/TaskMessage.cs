// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Core.Clients;
using Tributary.Core.Combiners;
using Tributary.Protocol.Fedn;

namespace Tributary.Combiner.Tasks;

/// <summary>The conversion of tasks to messages of the wire.</summary>
internal static class TaskMessage
{
    public static TaskRequest ToWire(ClientTask task, string combiner) => new()
    {
        Sender = new Client { Name = combiner, Role = Role.Combiner },
        Receiver = new Client { ClientId = task.Client.Value, Role = Role.Client },
        ModelId = task.Model.Value,
        Data = task.Plan is { } plan ? Describe(plan) : "",
        CorrelationId = task.CorrelationId,
        Timestamp = task.At.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture),
        SessionId = task.Session,
        Type = task.Kind == ClientTaskKind.Train ? StatusType.ModelUpdate : StatusType.ModelValidation,
    };

    /// <summary>
    /// Returns the round's configuration as JSON. All values are texts as Python's <c>str</c> writes them, which clients expect.
    /// </summary>
    private static string Describe(RoundPlan plan)
    {
        var settings = plan.Settings;
        var config = new JsonObject
        {
            ["aggregator"] = settings.Aggregator,
            ["aggregator_kwargs"] = settings.AggregatorParameters ?? "None",
            ["round_timeout"] = settings.RoundTimeout.ToString(CultureInfo.InvariantCulture),
            ["buffer_size"] = settings.BufferSize.ToString(CultureInfo.InvariantCulture),
            ["rounds"] = "1",
            ["delete_models_storage"] = Text(settings.DeleteModelsStorage),
            ["clients_required"] = settings.ClientsRequired.ToString(CultureInfo.InvariantCulture),
            ["requested_clients"] = settings.RequestedClients.ToString(CultureInfo.InvariantCulture),
            ["validate"] = Text(settings.Validate),
            ["helper_type"] = settings.Format,
            ["model_id"] = (plan.PhaseModel ?? plan.Model).Value,
            ["server_functions"] = "None",
            ["round_id"] = plan.Round.ToString(CultureInfo.InvariantCulture),
            ["task"] = "training",
            ["session_id"] = plan.Session,
            ["_job_id"] = plan.JobId,
        };
        if (plan.Phase > 1)
        {
            config["phase"] = plan.Phase.ToString(CultureInfo.InvariantCulture);
        }

        if (plan.Clients.Count > 0)
        {
            config["selected_clients"] = $"[{string.Join(", ", plan.Clients.Select(c => $"'{c}'"))}]";
        }

        return config.ToJsonString(JsonSerializerOptions.Web);
    }

    private static string Text(bool value) => value ? "True" : "False";
}
