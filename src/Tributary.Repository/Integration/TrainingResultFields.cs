// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Core.Aggregation;
using Tributary.Core.Models;
using Tributary.Core.Sessions;

namespace Tributary.Repository.Integration;

/// <summary>
/// The fields that record the outcome of a run: its <c>results</c>, all of them strings because known readers expect no numbers there, and
/// the configuration of the run.
/// </summary>
internal static class TrainingResultFields
{
    /// <summary>The key of the configuration in the lineage.</summary>
    public const string Configuration = "configuration";

    /// <summary>The key of the strategy's parameters in the configuration.</summary>
    private const string Parameters = "strategy_parameters";

    private const string Results = "results";

    /// <summary>The value of a figure until a client has reported it; Python reads it as a number.</summary>
    private const string Unknown = "nan";

    /// <summary>The result fields that the server sets; no figure of a client replaces them, nor the strategy's parameters.</summary>
    private static readonly string[] Reserved =
    [
        "rounds", "strategy", "min_fit_clients", "min_available_clients", "min_evaluate_clients", "helper_type", "round_timeout",
        "session_id", "run_id", "model_id",
    ];

    /// <summary>Returns the settings of a run, with the strategy's defaults where the session specified nothing.</summary>
    public static JsonObject Configure(SessionConfig config, RunRecord run, StrategyRegistry aggregators)
    {
        var parameters = new JsonObject();
        if (aggregators.TryGet(config.Aggregator, out var aggregator)
            && StrategyParameters.Read(config.AggregatorParameters, aggregator.Parameters).Values is { } values)
        {
            foreach (var parameter in aggregator.Parameters)
            {
                parameters[parameter.Name] = ToNode(values.All[parameter.Name]);
            }
        }

        return new JsonObject
        {
            ["aggregator"] = config.Aggregator,
            [Parameters] = parameters,
            ["round_timeout"] = run.RoundTimeout,
            ["buffer_size"] = config.BufferSize,
            ["clients_required"] = config.ClientsRequired,
            ["requested_clients"] = config.RequestedClients,
            ["validate"] = config.Validate,
            ["helper_type"] = config.Format,
        };
    }

    /// <summary>Returns the results of a run before any client has validated its model.</summary>
    /// <param name="session">The session.</param>
    /// <param name="run">The run.</param>
    /// <param name="model">The model that the run produced.</param>
    /// <param name="rounds">The number of rounds that led to the model.</param>
    /// <param name="configuration">The settings that <see cref="Configure"/> returns.</param>
    public static JsonObject Describe(SessionRecord session, RunRecord run, ModelRecord model, long rounds, JsonObject configuration)
    {
        var config = session.Config;
        var results = new JsonObject
        {
            ["rounds"] = ToText(rounds),
            ["accuracy"] = Unknown,
            ["final_loss"] = Unknown,
            ["strategy"] = config.Aggregator,
            ["min_fit_clients"] = ToText(config.ClientsRequired),
            ["min_available_clients"] = ToText(config.ClientsRequired),
            ["min_evaluate_clients"] = ToText(config.Validate ? config.ClientsRequired : 0),
            ["helper_type"] = config.Format,
            ["round_timeout"] = ToText(run.RoundTimeout),
            ["session_id"] = session.Id.Value,
            ["run_id"] = run.Id,
            ["model_id"] = model.Id.Value,
        };
        foreach (var (name, value) in configuration[Parameters]!.AsObject())
        {
            results[name] = value!.GetValueKind() == JsonValueKind.Number ? ToText(value.GetValue<double>()) : value.ToString();
        }

        return results;
    }

    /// <summary>Merges <paramref name="figures"/> into the document of a result; a document without results stays unchanged.</summary>
    public static string Merge(string text, IReadOnlyDictionary<string, double> figures)
    {
        if (JsonNode.Parse(text) is not JsonObject document || document[Results] is not JsonObject)
        {
            return text;
        }

        Merge(document, figures);
        return document.ToJsonString();
    }

    /// <inheritdoc cref="Merge(string, IReadOnlyDictionary{string, double})"/>
    public static void Merge(JsonObject document, IReadOnlyDictionary<string, double> figures)
    {
        var results = document[Results]!.AsObject();
        var parameters = document[TrainingResults.LineageField]?[Configuration]?[Parameters] as JsonObject;
        foreach (var (name, value) in figures.Where(f => !Reserved.Contains(f.Key) && parameters?.ContainsKey(f.Key) != true))
        {
            results[name] = ToText(value);
        }
    }

    private static JsonValue ToNode(object value) => value switch
    {
        double number => JsonValue.Create(number),
        int number => JsonValue.Create((double)number),
        bool flag => JsonValue.Create(flag),
        _ => JsonValue.Create((string)value),
    };

    public static string ToText(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string ToText(double number) => number.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
}
