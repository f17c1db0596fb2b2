// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Aggregation;
using Tributary.Core.Repository;
using Tributary.Core.Sessions;
using Tributary.Protocol.PythonJson;

namespace Tributary.Repository.Integration;

/// <summary>Finds what a strategy of the repository means to this server: a class that it has itself, with parameters.</summary>
internal sealed class RepositoryStrategies(IRepositoryStore repository, AggregatorRegistry registry) : IStrategySource
{
    /// <summary>The key of a strategy's meta that names its class: one of the registry, or the Python class that is known by it.</summary>
    public const string ClassKey = "class";

    /// <summary>The class and the parameters of a strategy. What the file of a strategy holds plays no part: it is never loaded here.</summary>
    /// <param name="name">The strategy's name.</param>
    /// <param name="parameters">What the session sets itself, which goes before what the strategy says.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>
    /// The name in the registry and its parameters; or why it cannot be used; all null when the repository has no strategy of that name, or only
    /// a file under the name of one of the registry.
    /// </returns>
    public async Task<(string? Aggregator, string? Parameters, string? Problem)> FindAsync(
        string name, string? parameters, CancellationToken cancellationToken)
    {
        if (await repository.FindAsync(RepositoryKind.Strategy, RepositoryKey.Of(name), cancellationToken) is not { } entry)
        {
            return default;
        }

        var meta = PythonJsonReader.TryReadObject(entry.Document)?.Entries.GetValueOrDefault("meta") as PythonJsonValue.Object;
        if (Text(meta, ClassKey) is not { } given)
        {
            // Callers of the original post their pickles under the names of the server's own strategies, which sessions of FEDn name without any of it.
            return registry.TryGet(name, out _) ? default : (null, null, $"is '{name}', a strategy whose meta has no '{ClassKey}': its file is served, and never loaded here; expected {Known}");
        }

        // As Python names it: FedAvg in flwr.server.strategy.fedavg.
        var simple = Simplify(given[(given.LastIndexOf('.') + 1)..]);
        if (registry.Names.FirstOrDefault(n => Simplify(n) == simple) is not { } aggregatorName || !registry.TryGet(aggregatorName, out var aggregator))
        {
            return (null, null, $"is '{name}', a strategy of the class '{given}'; expected {Known}");
        }

        var values = new PythonJsonValue.Object();
        foreach (var parameter in aggregator.Parameters)
        {
            if (Text(meta, parameter.Name) is { } value)
            {
                values.Entries[parameter.Name] = new PythonJsonValue.String(value);
            }
        }

        return (aggregatorName, Merge(values, parameters), null);
    }

    private string Known => string.Join(", ", registry.Names);

    private static string Simplify(string name) => name.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();

    private static string? Text(PythonJsonValue.Object? meta, string key) => (meta?.Entries.GetValueOrDefault(key) as PythonJsonValue.String)?.Value;

    private static string? Merge(PythonJsonValue.Object values, string? parameters)
    {
        if (values.Entries.Count == 0 || string.IsNullOrWhiteSpace(parameters))
        {
            return values.Entries.Count == 0 ? parameters : PythonJsonWriter.Write(values);
        }

        if (PythonJsonReader.TryReadObject(parameters) is not { } own)
        {
            // The check of the session's configuration refuses it.
            return parameters;
        }

        foreach (var (name, value) in own.Entries)
        {
            values.Entries[name] = value;
        }

        return PythonJsonWriter.Write(values);
    }
}
