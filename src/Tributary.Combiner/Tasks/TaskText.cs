// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Core.Clients;
using Tributary.Core.Rounds;
using Tributary.Protocol.Fedn;

namespace Tributary.Combiner.Tasks;

/// <summary>Tasks as they go over the wire.</summary>
internal static class TaskText
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

    /// <summary>The round's configuration: all values are texts as Python's <c>str</c> makes them, which is what clients expect.</summary>
    private static string Describe(RoundPlan plan)
    {
        var terms = plan.Terms;
        var config = new JsonObject
        {
            ["aggregator"] = terms.Aggregator,
            ["aggregator_kwargs"] = terms.AggregatorKwargs ?? "None",
            ["round_timeout"] = terms.RoundTimeout.ToString(CultureInfo.InvariantCulture),
            ["buffer_size"] = terms.BufferSize.ToString(CultureInfo.InvariantCulture),
            ["rounds"] = "1",
            ["delete_models_storage"] = Text(terms.DeleteModelsStorage),
            ["clients_required"] = terms.ClientsRequired.ToString(CultureInfo.InvariantCulture),
            ["requested_clients"] = terms.RequestedClients.ToString(CultureInfo.InvariantCulture),
            ["validate"] = Text(terms.Validate),
            ["helper_type"] = terms.HelperType,
            ["model_id"] = plan.Model.Value,
            ["server_functions"] = "None",
            ["round_id"] = plan.Round.ToString(CultureInfo.InvariantCulture),
            ["task"] = "training",
            ["session_id"] = plan.Session,
            ["_job_id"] = plan.JobId,
        };
        if (plan.Clients.Count > 0)
        {
            config["selected_clients"] = $"[{string.Join(", ", plan.Clients.Select(c => $"'{c}'"))}]";
        }

        return config.ToJsonString(JsonSerializerOptions.Web);
    }

    private static string Text(bool value) => value ? "True" : "False";
}
