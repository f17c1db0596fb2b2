// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;
using Tributary.Controller.Rest;
using Tributary.Core;
using Tributary.Core.Repository;
using Tributary.Core.Sessions;

namespace Tributary.Controller.Sessions;

/// <summary>The reader of a session's configuration, with FEDn's messages for missing and empty fields.</summary>
internal static class SessionConfigReader
{
    private static readonly string[] Required =
    [
        "aggregator", "round_timeout", "buffer_size", "delete_models_storage", "clients_required", "validate", "helper_type", "model_id",
    ];

    private static readonly string[] Optional = ["aggregator_kwargs", "rounds", "requested_clients", "max_clients", "over_selection", "server_functions"];

    /// <summary>Returns the configuration, or the error in it.</summary>
    public static (SessionConfig? Config, string? Error) Read(JsonElement body)
    {
        if (!body.TryGetProperty("session_config", out var config) || config.ValueKind != JsonValueKind.Object)
        {
            return (null, "session_config is missing; expected an object");
        }

        foreach (var property in config.EnumerateObject())
        {
            if (!Required.Contains(property.Name) && !Optional.Contains(property.Name))
            {
                return (null, $"Invalid object: unknown field '{property.Name}'");
            }
        }

        foreach (var name in Required)
        {
            if (!config.TryGetProperty(name, out var value))
            {
                return (null, $"Class 'SessionConfigDTO' is missing field {name}");
            }

            if (IsEmpty(value))
            {
                var words = name.Replace('_', ' ');
                return (null, $"Validation failed for field '{name}' with message: {char.ToUpperInvariant(words[0])}{words[1..]} is required");
            }
        }

        var error = "";
        var result = new SessionConfig
        {
            Aggregator = Text("aggregator"),
            AggregatorParameters = config.TryGetProperty("aggregator_kwargs", out var kwargs) && kwargs.ValueKind != JsonValueKind.Null
                ? kwargs.ValueKind == JsonValueKind.String ? kwargs.GetString() : kwargs.GetRawText()
                : null,
            RoundTimeout = Number("round_timeout", 180),
            BufferSize = Whole("buffer_size", -1),
            Rounds = Whole("rounds", 5),
            DeleteModelsStorage = Flag("delete_models_storage"),
            ClientsRequired = Whole("clients_required", 1),
            RequestedClients = Whole("requested_clients", 0),
            MaxClients = Whole("max_clients", 0),
            OverSelection = Number("over_selection", 0),
            Validate = Flag("validate"),
            Format = Text("helper_type"),
            ModelId = Text("model_id"),
            ServerFunctions = config.Text("server_functions"),
        };
        if (error.Length == 0 && !ModelId.TryParse(result.ModelId, out _) && !RepositoryModelName.TryParse(result.ModelId, out _))
        {
            error = $"model_id is '{result.ModelId}'; expected {ModelId.Expected}; or {RepositoryModelName.Expected}";
        }

        return error.Length > 0 ? (null, error) : (result, null);

        string Text(string name) => config.Text(name) is { } text ? text : Fail(name, "a text", "");

        bool Flag(string name)
        {
            var value = config.GetProperty(name);
            var text = value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
            return bool.TryParse(text, out var flag) ? flag : Fail(name, "true or false", false);
        }

        int Whole(string name, int fallback)
        {
            var number = Number(name, fallback);
            return number == Math.Floor(number) && Math.Abs(number) <= int.MaxValue ? (int)number : Fail(name, "a whole number", fallback);
        }

        double Number(string name, double fallback) =>
            config.TryNumber(name, out var number) ? number ?? fallback : Fail(name, "a number", fallback);

        T Fail<T>(string name, string expected, T instead)
        {
            if (error.Length == 0)
            {
                error = $"{name} is {config.GetProperty(name).GetRawText()}; expected {expected}";
            }

            return instead;
        }
    }

    /// <summary>Returns the field in which the wire carries a property of a session's configuration.</summary>
    public static string ToWireName(string property) => property switch
    {
        nameof(SessionConfig.Format) => "helper_type",
        nameof(SessionConfig.AggregatorParameters) => "aggregator_kwargs",
        _ => JsonNamingPolicy.SnakeCaseLower.ConvertName(property),
    };

    // A required number that is zero counts as empty; false does not, since it is a choice.
    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => true,
        JsonValueKind.String => value.GetString()!.Length == 0,
        JsonValueKind.Number => value.TryGetDouble(out var number) && number == 0,
        _ => false,
    };
}
