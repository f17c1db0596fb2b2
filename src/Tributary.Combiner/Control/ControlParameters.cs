// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Grpc.Core;
using Tributary.Core;
using Tributary.Core.Combiners;
using Tributary.Core.Rounds;
using Tributary.Core.Sessions;
using Tributary.Hosting.Grpc;
using Tributary.Protocol.Fedn;

namespace Tributary.Combiner.Control;

/// <summary>
/// The parameters of a <c>ControlRequest</c>: texts as Python's <c>str</c> writes them; the last of repeated keys counts.
/// </summary>
internal sealed class ControlParameters
{
    // Sessions continue from the highest round number in use, so a caller must not raise it so far that no next number fits.
    private const long HighestRound = 1_000_000_000;

    /// <summary>The parameters that are not names; only the length of the message bounds them.</summary>
    private static readonly string[] LongTexts = ["aggregator_kwargs", "selected_clients", "server_functions"];

    private readonly Dictionary<string, string> _values = [];

    public ControlParameters(ControlRequest request)
    {
        foreach (var parameter in request.Parameter)
        {
            var fault = FreeText.FindNameFault(parameter.Value, LongTexts.Contains(parameter.Key) ? int.MaxValue : FreeText.MaxNameCharacters);
            _values[parameter.Key] = fault is null ? parameter.Value : throw Invalid(FreeText.Excerpt(parameter.Key, 100), fault);
        }
    }

    public string Text(string key) => Find(key) ?? throw Invalid(key, "is missing");

    public string? Find(string key) => _values.GetValueOrDefault(key) is { Length: > 0 } value && value != "None" ? value : null;

    public ModelId Model(string key) => ModelId.TryParse(Text(key), out var id) ? id : throw Invalid(key, $"is '{Text(key)}'; expected {ModelId.Expected}");

    public long Round => Number("round_id", null, 1, HighestRound);

    /// <summary>Returns the plan of a training round, with every value checked.</summary>
    public RoundPlan ToPlan(string jobId, string defaultAggregator, RoundSettingsCheck check)
    {
        var aggregator = Find("aggregator") ?? defaultAggregator;
        var helper = Find("helper_type") ?? HelperFormats.Default;
        if (check.FindFault(aggregator, Find("aggregator_kwargs"), helper) is { } fault)
        {
            throw Invalid(ToWireName(fault.Property), fault.Reason);
        }

        var buffer = Number("buffer_size", -1, -1, int.MaxValue);
        return new RoundPlan
        {
            Round = Round,
            JobId = jobId,
            Session = Find("session_id") ?? "",
            Model = Model("model_id"),
            Clients = List("selected_clients"),
            SelectionSeed = (int)(Round % int.MaxValue),
            Settings = new RoundSettings
            {
                Aggregator = aggregator,
                AggregatorParameters = Find("aggregator_kwargs"),
                Format = helper,
                RoundTimeout = Seconds("round_timeout", 180),
                BufferSize = buffer == 0 ? throw Invalid("buffer_size", "is 0; expected -1 or a number above 0") : (int)buffer,
                ClientsRequired = (int)Number("clients_required", 1, 1, int.MaxValue),
                RequestedClients = (int)Number("requested_clients", 0, 0, int.MaxValue),
                MaxClients = (int)Number("max_clients", 0, 0, int.MaxValue),
                OverSelection = Factor("over_selection"),
                DeleteModelsStorage = Find("delete_models_storage") == "True",
                Validate = Find("validate") == "True",
            },
        };
    }

    /// <summary>Returns a list of texts that Python or JSON has written; empty without the parameter.</summary>
    public IReadOnlyList<string> List(string key) => Find(key) is not { } text
        ? []
        : [.. text.Trim('[', ']', ' ').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(i => i.Trim('\'', '"'))];

    private long Number(string key, long? fallback, long min, long max)
    {
        if (Find(key) is not { } text)
        {
            return fallback ?? throw Invalid(key, "is missing");
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : throw Invalid(key, FormattableString.Invariant($"is '{text}'; expected a whole number from {min} to {max}"));
    }

    private double Seconds(string key, double fallback)
    {
        if (Find(key) is not { } text)
        {
            return fallback;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value > 0 && value <= SessionConfig.MaxRoundTimeout
            ? value
            : throw Invalid(key, FormattableString.Invariant($"is '{text}'; expected seconds above 0, at most {SessionConfig.MaxRoundTimeout}"));
    }

    private double Factor(string key)
    {
        if (Find(key) is not { } text)
        {
            return 0;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && RoundSettings.IsOverSelection(value)
            ? value
            : throw Invalid(key, $"is '{text}'; expected {RoundSettings.ExpectedOverSelection}");
    }

    private static string ToWireName(string property) => property switch
    {
        nameof(RoundSettings.AggregatorParameters) => "aggregator_kwargs",
        nameof(RoundSettings.Format) => "helper_type",
        _ => "aggregator",
    };

    private static RpcException Invalid(string key, string reason) => GrpcError.Invalid($"parameter {key} {reason}");
}
