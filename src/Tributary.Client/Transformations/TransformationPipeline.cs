// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;

namespace Tributary.Client.Transformations;

/// <summary>A pipeline of transformations that are applied one after another.</summary>
public sealed class TransformationPipeline : IDataTransformation
{
    private const int MaxSteps = 100;
    private const int MaxCharacters = 1 << 22;

    private readonly IReadOnlyList<IDataTransformation> _transformations;

    /// <summary>Creates a pipeline of transformations.</summary>
    /// <param name="transformations">The transformations; the first is applied first.</param>
    public TransformationPipeline(params IEnumerable<IDataTransformation> transformations)
    {
        ArgumentNullException.ThrowIfNull(transformations);
        _transformations = [.. transformations];
    }

    /// <summary>Creates the pipeline of a configuration, with the values that the repository's descriptions give to parameters.</summary>
    /// <param name="configuration">A list of <c>{"id": …, "parameters": {…}}</c>, as FL Local Operations reads it.</param>
    /// <param name="repository">The repository that describes each transformation; what it stores of them is not loaded.</param>
    /// <param name="cancellationToken">Cancels the requests to the repository.</param>
    /// <exception cref="TransformationException">
    /// The configuration is not a list of this form, or has a transformation that is not described or not known, or a wrong parameter.
    /// </exception>
    /// <exception cref="RepositoryException">The repository refuses a request or cannot be reached.</exception>
    public static async Task<TransformationPipeline> LoadAsync(
        string configuration, RepositoryClient repository, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(repository);
        using var steps = Parse(configuration);
        var described = await repository.ListTransformationsAsync(cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        return Create(steps, id => described.FirstOrDefault(entry => entry.Id == id)
            ?? throw new TransformationException($"The repository describes no transformation '{id}'."));
    }

    /// <summary>Creates the pipeline of a configuration without a repository.</summary>
    /// <param name="configuration">A list of <c>{"id": …, "parameters": {…}}</c>.</param>
    /// <exception cref="TransformationException">
    /// The configuration is not a list of this form, or has a transformation that is not known, or a wrong parameter.
    /// </exception>
    public static TransformationPipeline Create(string configuration)
    {
        using var steps = Parse(configuration);
        return Create(steps, id => null);
    }

    /// <inheritdoc/>
    public IReadOnlyList<NumberArray> Apply(IReadOnlyList<NumberArray> data) =>
        _transformations.Aggregate(data, (current, transformation) => transformation.Apply(current));

    private static JsonDocument Parse(string configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (configuration.Length > MaxCharacters)
        {
            throw new TransformationException($"The configuration has {configuration.Length} characters; expected at most {MaxCharacters}.");
        }

        try
        {
            return JsonDocument.Parse(configuration);
        }
        catch (JsonException broken)
        {
            throw new TransformationException($"The configuration is no JSON: {broken.Message}", broken);
        }
    }

    private static TransformationPipeline Create(JsonDocument configuration, Func<string, TransformationSummary?> describe)
    {
        var steps = configuration.RootElement;
        if (steps.ValueKind != JsonValueKind.Array || steps.GetArrayLength() > MaxSteps)
        {
            throw new TransformationException($"The configuration is no list of at most {MaxSteps} transformations.");
        }

        return new([.. steps.EnumerateArray().Select((step, i) => Create(step, i, describe))]);
    }

    private static IDataTransformation Create(JsonElement step, int index, Func<string, TransformationSummary?> describe)
    {
        if (step.ValueKind != JsonValueKind.Object || !step.TryGetProperty("id", out var id) || id.ValueKind != JsonValueKind.String)
        {
            throw new TransformationException($"Step {index} of the configuration has no text 'id'.");
        }

        var described = describe(id.GetString()!)?.DefaultValues ?? new Dictionary<string, JsonElement>();
        var parameters = new Dictionary<string, JsonElement>(described, StringComparer.Ordinal);
        if (step.TryGetProperty("parameters", out var given) && given.ValueKind != JsonValueKind.Null)
        {
            if (given.ValueKind != JsonValueKind.Object)
            {
                throw new TransformationException($"Step {index} of the configuration has 'parameters' that are no object.");
            }

            foreach (var parameter in given.EnumerateObject().Where(p => p.Value.ValueKind != JsonValueKind.Null))
            {
                parameters[parameter.Name] = parameter.Value;
            }
        }

        return KnownTransformations.Create(id.GetString()!, parameters);
    }
}
