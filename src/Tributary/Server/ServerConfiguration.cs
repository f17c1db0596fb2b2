// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;

namespace Tributary.Server;

/// <summary>Reads the settings: built-in defaults, then <c>appsettings.json</c>, then <c>TRIBUTARY__</c> variables, then the command line.</summary>
internal static class ServerConfiguration
{
    public const string DefaultDataFolder = "tributary-data";

    private static readonly Dictionary<string, string?> Defaults = new()
    {
        ["Server:Data"] = DefaultDataFolder,
        ["Server:Combiner"] = "http://127.0.0.1:12080",
        ["Server:Controller"] = "http://127.0.0.1:8092",
        ["Server:Operations"] = "http://127.0.0.1:8080",
        ["Server:Repository"] = "http://127.0.0.1:9012",
        ["Server:Insecure"] = "false",
    };

    public static IConfigurationRoot Load(IEnumerable<KeyValuePair<string, string?>> commandLine) => new ConfigurationBuilder()
        .AddInMemoryCollection(Defaults)
        .AddJsonFile(Path.GetFullPath("appsettings.json"), optional: true)
        .AddEnvironmentVariables("TRIBUTARY__")
        .AddInMemoryCollection(commandLine)
        .Build();

    /// <summary>The settings of a server, or everything that is wrong with them.</summary>
    public static bool TryRead(IConfiguration configuration, [NotNullWhen(true)] out ServerSettings? settings, out IReadOnlyList<string> errors)
    {
        var section = configuration.GetSection(ServerSettings.SectionName);
        var found = new List<string>();
        settings = new ServerSettings
        {
            Data = section["Data"] ?? "",
            Combiner = Address("Combiner"),
            Controller = Address("Controller"),
            Operations = Address("Operations"),
            Repository = Address("Repository"),
            Insecure = bool.TryParse(section["Insecure"], out var insecure)
                ? insecure
                : Report($"Server:Insecure is '{section["Insecure"]}'; expected true or false.", false),
        };
        errors = [.. found, .. settings.Validate()];
        return errors.Count == 0;

        Uri Address(string name) => Uri.TryCreate(section[name], UriKind.RelativeOrAbsolute, out var uri) ? uri : new Uri("", UriKind.Relative);

        T Report<T>(string error, T instead)
        {
            found.Add(error);
            return instead;
        }
    }
}
