// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Tributary.Server;

/// <summary>The environment variables of an FL Repository's and of FEDn's deployment that have a meaning here, and those that have none.</summary>
/// <remarks>
/// <c>HOST</c> and <c>PORT</c> are names that others use too, so they are read only where <c>DB_ADDRESS</c> says that this is such a deployment,
/// or where <c>Repository:LegacySettings</c> is true.
/// </remarks>
internal static partial class LegacySettings
{
    private const string Switch = "Repository:LegacySettings";

    /// <summary>The section of variables without effect.</summary>
    public const string Section = "Legacy";

    private const string OpenAccess = "Repository:Access:Open";
    private const int DefaultPort = 9012;
    private const string Whitelist = "FEDN_AUTH_WHITELIST_URL_PREFIX";

    private static readonly IReadOnlyDictionary<string, string> WithoutEffect = new Dictionary<string, string>
    {
        ["DB_ADDRESS"] = "no MongoDB is needed: documents and files are in the data folder",
        ["DB_PORT"] = "no MongoDB is needed: documents and files are in the data folder",
        ["SERVER_PORT"] = "the FL Repository read it and never used it",
        [Whitelist] = "every path needs credentials, except those for health and documentation",
    };

    private static readonly IReadOnlyDictionary<string, string> OfFedn = new Dictionary<string, string>
    {
        ["FEDN_JWT_SECRET_KEY"] = "Authentication:Jwt:Secret",
        ["FEDN_JWT_ALGORITHM"] = "Authentication:Jwt:Algorithm",
        ["FEDN_AUTH_SCHEME"] = "Authentication:Scheme",
        ["FEDN_JWT_CUSTOM_CLAIM_KEY"] = "Authentication:Jwt:CustomClaimKey",
        ["FEDN_JWT_CUSTOM_CLAIM_VALUE"] = "Authentication:Jwt:CustomClaimValue",
    };

    /// <summary>Returns the settings that the variables stand for, to be placed below every other setting but the defaults.</summary>
    /// <param name="own">The settings without them.</param>
    /// <param name="variable">The value of an environment variable, or null.</param>
    /// <exception cref="InvalidDataException">A variable or the switch is wrong.</exception>
    public static IReadOnlyDictionary<string, string?> Read(IConfiguration own, Func<string, string?> variable)
    {
        var found = ReadFedn(Given);
        if (!IsAlwaysWanted(own[Switch]) && Given("DB_ADDRESS") is null)
        {
            return found;
        }

        var (host, port) = (Given("HOST"), Given("PORT"));
        if (port is not null && !(ushort.TryParse(port, CultureInfo.InvariantCulture, out var number) && number > 0))
        {
            throw new InvalidDataException($"The variable PORT is '{port}'; expected 1 to 65535.");
        }

        if (host is not null || port is not null)
        {
            var address = host?.Contains(':', StringComparison.Ordinal) == true ? $"[{host.Trim('[', ']')}]" : host ?? "127.0.0.1";
            found["Server:Repository"] = string.Create(CultureInfo.InvariantCulture, $"http://{address}:{port ?? DefaultPort.ToString(CultureInfo.InvariantCulture)}");
        }

        foreach (var name in WithoutEffect.Keys.Where(name => name != Whitelist && Given(name) is not null))
        {
            found[$"{Section}:{name}"] = Given(name);
        }

        return found;

        string? Given(string name) => variable(name) is { Length: > 0 } value ? value : null;
    }

    /// <summary>Says once of each variable without effect that it has none, and why; and of a switch that meant something else once what it means.</summary>
    public static void LogWithoutEffect(IConfiguration configuration, ILogger logger)
    {
        if (configuration[Switch] is { } said && said.Length > 0 && !IsAlwaysWanted(said) && configuration[$"{Section}:DB_ADDRESS"] is not null)
        {
            LogTakenForFalse(logger, said);
        }

        if (bool.TryParse(configuration[OpenAccess], out var open) && open)
        {
            LogOpen(logger);
        }

        foreach (var setting in configuration.GetSection(Section).GetChildren())
        {
            if (WithoutEffect.TryGetValue(setting.Key, out var reason))
            {
                LogIgnored(logger, setting.Key, reason);
            }
        }
    }

    private static Dictionary<string, string?> ReadFedn(Func<string, string?> given)
    {
        var found = OfFedn.Where(v => given(v.Key) is not null).ToDictionary(v => v.Value, v => given(v.Key));
        if (found.Remove("Authentication:Jwt:Secret", out var key))
        {
            // With an asymmetric algorithm, FEDn's variable holds the public key.
            found[key!.Contains("-----BEGIN", StringComparison.Ordinal) ? "Authentication:Jwt:PublicKeys:0" : "Authentication:Jwt:Secret"] = key;
        }

        if (given(Whitelist) is { } prefix)
        {
            found[$"{Section}:{Whitelist}"] = prefix;
        }

        return found;
    }

    private static bool IsAlwaysWanted(string? said) =>
        !string.IsNullOrEmpty(said) && (bool.TryParse(said, out var wanted) ? wanted : throw new InvalidDataException($"{Switch} is '{said}'; expected true or false."));

    [LoggerMessage(Level = LogLevel.Warning, Message = $"{OpenAccess} is true: everyone who reaches the repository may do everything in it")]
    private static partial void LogOpen(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The variable {Setting} has no effect: {Reason}")]
    private static partial void LogIgnored(ILogger logger, string setting, string reason);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = $"{Switch} is '{{Value}}' and taken for false: HOST and PORT count where DB_ADDRESS is set, and Server:Repository stands above them")]
    private static partial void LogTakenForFalse(ILogger logger, string value);
}
