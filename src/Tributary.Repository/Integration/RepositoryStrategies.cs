// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Aggregation;
using Tributary.Core.Repository;
using Tributary.Core.Sessions;
using Tributary.Protocol.PythonJson;

namespace Tributary.Repository.Integration;

/// <summary>The source of strategies from the repository, each of which maps to a class of this server and its parameters.</summary>
internal sealed class RepositoryStrategies(IRepositoryStore repository, StrategyRegistry registry) : IStrategySource
{
    /// <summary>The key of a strategy's meta that holds its class: a name of the registry, or the Python class of one.</summary>
    public const string ClassKey = "class";

    /// <summary>Finds the class and the parameters of a strategy. The content of the strategy's file is never loaded.</summary>
    /// <param name="name">The name of the strategy.</param>
    /// <param name="parameters">The parameters that the session sets, which take precedence over those of the strategy.</param>
    /// <param name="cancellationToken">Cancels the operation, which changes nothing.</param>
    /// <returns>
    /// The name in the registry and the parameters; or the reason why the strategy cannot be used; all null when the repository has no
    /// strategy of that name, or only a file under a name of the registry.
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
            // Callers of the original post pickles under names of the registry, which FEDn sessions use without any regard to the file.
            return registry.TryGet(name, out _) ? default : (null, null, $"is '{name}', a strategy whose meta has no '{ClassKey}': its file is served, and never loaded here; expected {Known}");
        }

        // The class may be qualified as in Python: FedAvg in flwr.server.strategy.fedavg.
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
            // The validation of the session's configuration refuses these parameters.
            return parameters;
        }

        foreach (var (name, value) in own.Entries)
        {
            values.Entries[name] = value;
        }

        return PythonJsonWriter.Write(values);
    }
}
