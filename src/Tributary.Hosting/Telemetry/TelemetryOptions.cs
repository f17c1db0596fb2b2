// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Tributary.Hosting.Telemetry;

/// <summary>The settings of telemetry.</summary>
internal sealed class TelemetryOptions
{
    /// <summary>The configuration section of these settings.</summary>
    public const string SectionName = "Telemetry";

    /// <summary>The settings of the export to a collector.</summary>
    public CollectorSettings Otlp { get; set; } = new();

    /// <summary>The settings of the export over OTLP.</summary>
    internal sealed class CollectorSettings
    {
        public const string Grpc = "grpc";
        public const string Http = "http";

        /// <summary>The address of the collector, for example <c>http://collector:4317</c>. Default: empty, which exports nothing.</summary>
        public string Endpoint { get; set; } = "";

        /// <summary>
        /// The protocol: <c>grpc</c>, or <c>http</c> for protobuf over HTTP to <c>/v1/traces</c>, <c>/v1/metrics</c> and <c>/v1/logs</c> below the
        /// endpoint. Default: grpc.
        /// </summary>
        public string Protocol { get; set; } = Grpc;

        /// <summary>Headers of each export, as <c>NAME=VALUE</c> with commas between. A secret: never printed or logged.</summary>
        public string Headers { get; set; } = "";
    }
}

internal sealed class TelemetryOptionsValidator(IConfiguration configuration) : IValidateOptions<TelemetryOptions>
{
    public ValidateOptionsResult Validate(string? name, TelemetryOptions options)
    {
        var otlp = options.Otlp;
        var section = configuration.GetSection(TelemetryOptions.SectionName);
        List<string> errors = [.. SettingNames.FindFaults(section, typeof(TelemetryOptions), new Dictionary<string, Type>())];
        if (otlp.Endpoint.Length > 0 && !IsEndpoint(otlp.Endpoint))
        {
            errors.Add($"Telemetry:Otlp:Endpoint is '{otlp.Endpoint}'; expected http:// or https:// with a host, without user or query.");
        }

        if (otlp.Protocol is not (TelemetryOptions.CollectorSettings.Grpc or TelemetryOptions.CollectorSettings.Http))
        {
            errors.Add($"Telemetry:Otlp:Protocol is '{otlp.Protocol}'; expected grpc or http.");
        }

        if (otlp.Headers.Length > 0 && otlp.Headers.Split(',').Any(header => header.IndexOf('=', StringComparison.Ordinal) < 1))
        {
            errors.Add("Telemetry:Otlp:Headers is malformed; expected NAME=VALUE with commas between.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static bool IsEndpoint(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0 && uri.Query.Length == 0;
}
