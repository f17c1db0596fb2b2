// SPDX-License-Identifier: Apache-2.0

using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Tributary.Core.Combiners;
using Tributary.Core.Sessions;
using Tributary.Hosting;

namespace Tributary.Server;

/// <summary>The settings of a server: built-in defaults, then the variables of an old deployment, then <c>appsettings.json</c>, then <c>TRIBUTARY__</c> variables, then the command line.</summary>
internal static class ServerConfiguration
{
    public const string DefaultDataFolder = "tributary-data";

    private static readonly IReadOnlyDictionary<string, string?> Defaults = new OrderedDictionary<string, string?>(
    [
        new("Server:Data", DefaultDataFolder),
        .. ServerRoles.All.Select(role => KeyValuePair.Create<string, string?>($"Server:{role.Setting}", role.DefaultAddress)),
        new("Server:Roles", string.Join(',', ServerRoles.Names)),
        new("Server:Insecure", "false"),
        new("Server:MaxConnections", ServerSettings.DefaultMaxConnections.ToString(CultureInfo.InvariantCulture)),
        new("Server:Preload", ""),
        new(PluginLoader.Setting, ""),
    ]);

    /// <summary>The sections that options are read from, each of which refuses names that it does not know.</summary>
    private static readonly IReadOnlyList<string> Sections =
    [
        ServerSettings.SectionName, CombinerOptions.SectionName, SessionOptions.SectionName, "Authentication", "RateLimits", "AllowedHosts", "Grpc", "Tls", "Telemetry", "Health", "Repository",
        "Logging", LegacySettings.Section,
    ];

    private static readonly IReadOnlyDictionary<string, Type> CombinerSettings = SettingsOf<CombinerOptions>();

    private static readonly IReadOnlyDictionary<string, Type> SessionSettings = SettingsOf<SessionOptions>();

    private static readonly IReadOnlyList<string> ServerNames = [.. Defaults.Keys.Select(key => key[(ServerSettings.SectionName.Length + 1)..])];

    /// <summary>Every setting of the server, of the combiner and of sessions.</summary>
    public static IEnumerable<string> Names =>
    [
        .. ServerNames.Select(name => $"{ServerSettings.SectionName}:{name}"),
        .. CombinerSettings.Keys.Select(name => $"{CombinerOptions.SectionName}:{name}"),
        .. SessionSettings.Keys.Select(name => $"{SessionOptions.SectionName}:{name}"),
    ];

    /// <exception cref="InvalidDataException"><c>appsettings.json</c> is no JSON, or a variable of an old deployment is wrong.</exception>
    public static IConfigurationRoot Load(IReadOnlyDictionary<string, string?> commandLine) => Load(commandLine, Environment.GetEnvironmentVariable);

    /// <summary>Loads the settings, with the variables of an old deployment from the given source.</summary>
    public static IConfigurationRoot Load(IReadOnlyDictionary<string, string?> commandLine, Func<string, string?> variable) =>
        Build(LegacySettings.Read(Build(new Dictionary<string, string?>(), commandLine), variable), commandLine);

    private static IConfigurationRoot Build(IReadOnlyDictionary<string, string?> legacy, IReadOnlyDictionary<string, string?> commandLine)
    {
        var file = Path.GetFullPath("appsettings.json");
        try
        {
            return new ConfigurationBuilder()
                .AddInMemoryCollection(Defaults)
                .AddInMemoryCollection(legacy)
                .AddJsonFile(file, optional: true)
                .AddEnvironmentVariables("TRIBUTARY__")
                .AddInMemoryCollection(commandLine)
                .Build();
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"The settings in '{file}' cannot be read: mend the file, or remove it to run on the defaults.", error);
        }
    }

    /// <summary>Reads the settings of a server, or everything that is wrong with them.</summary>
    public static bool TryRead(IConfiguration configuration, [NotNullWhen(true)] out ServerSettings? settings, out IReadOnlyList<string> errors)
    {
        var section = configuration.GetSection(ServerSettings.SectionName);
        var found = new List<string>();
        settings = new ServerSettings
        {
            Data = section["Data"] ?? "",
            Roles = [.. ReadRoles(section, found).Select(role => (role, Address(role.Setting)))],
            Preload = section["Preload"] ?? "",
            Plugins = PluginLoader.Load(section["Plugins"] ?? "", found),
            Insecure = bool.TryParse(section["Insecure"], out var insecure)
                ? insecure
                : Report($"Server:Insecure is '{section["Insecure"]}'; expected true or false.", false),
            MaxConnections = int.TryParse(section["MaxConnections"], CultureInfo.InvariantCulture, out var connections)
                ? connections
                : Report($"Server:MaxConnections is '{section["MaxConnections"]}'; expected a whole number.", ServerSettings.DefaultMaxConnections),
        };
        var added = settings.Plugins.SelectMany(plugin => plugin.Sections).ToLookup(pair => pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase);
        var sections = Sections.Concat(added.Select(section => section.Key)).ToList();
        errors =
        [
            .. found,
            .. added.Where(section => section.Count() > 1 || Sections.Contains(section.Key, StringComparer.OrdinalIgnoreCase))
                .Select(section => $"{section.Key} is a section of the settings twice; expected another name in the plug-in."),
            .. added.SelectMany(own => SettingNames.FindFaults(configuration.GetSection(own.Key), own.First(), new Dictionary<string, Type>())),
            .. settings.Validate(configuration),
            .. configuration.GetChildren()
                .Where(child => !sections.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
                .Select(child => $"{child.Key} is no section of the settings; expected one of {string.Join(", ", sections.Order(StringComparer.Ordinal))}."),
            .. FindUnknown(section, ServerNames),
            .. FindFaults(configuration.GetSection(CombinerOptions.SectionName), CombinerSettings),
            .. FindFaults(configuration.GetSection(SessionOptions.SectionName), SessionSettings),
        ];
        return errors.Count == 0;

        Uri Address(string name) => Uri.TryCreate(section[name], UriKind.Absolute, out var uri)
            ? uri
            : Report($"Server:{name} is '{section[name]}'; expected {ServerSettings.ExpectedAddress}.", new Uri("http://127.0.0.1:0"));

        T Report<T>(string error, T instead)
        {
            found.Add(error);
            return instead;
        }
    }

    /// <summary>Returns the roles that run: those that are named, and those that always do.</summary>
    private static IEnumerable<ServerRole> ReadRoles(IConfigurationSection section, List<string> errors)
    {
        var text = section["Roles"] ?? "";
        var names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names.Length == 0 || names.Except(ServerRoles.Names, StringComparer.OrdinalIgnoreCase).Any())
        {
            errors.Add($"{section.Path}:Roles is '{text}'; expected one or more of {string.Join(", ", ServerRoles.Names)}, with commas between.");
        }

        return ServerRoles.All.Where(role => role.IsAlwaysOn || names.Contains(role.Name, StringComparer.OrdinalIgnoreCase));
    }

    private static IEnumerable<string> FindUnknown(IConfigurationSection section, IReadOnlyList<string> known) =>
        section.GetChildren()
            .Where(setting => !known.Contains(setting.Key, StringComparer.OrdinalIgnoreCase))
            .Select(setting => $"{setting.Path} is unknown; expected one of {string.Join(", ", known)}.");

    /// <summary>Names that no setting has, and values that are not of their setting's type: told here, because binding them throws at the first.</summary>
    private static IEnumerable<string> FindFaults(IConfigurationSection section, IReadOnlyDictionary<string, Type> settings)
    {
        foreach (var unknown in FindUnknown(section, [.. settings.Keys]))
        {
            yield return unknown;
        }

        foreach (var setting in section.GetChildren())
        {
            if (settings.TryGetValue(setting.Key, out var type) && setting.Value is { } value && !TypeDescriptor.GetConverter(type).IsValid(value))
            {
                var expected = type == typeof(bool) ? "true or false" : type == typeof(TimeSpan) ? "a time such as 00:00:30" : "a whole number";
                yield return $"{setting.Path} is '{value}'; expected {expected}.";
            }
        }
    }

    private static Dictionary<string, Type> SettingsOf<T>() =>
        typeof(T).GetProperties().ToDictionary(p => p.Name, p => p.PropertyType, StringComparer.OrdinalIgnoreCase);
}
