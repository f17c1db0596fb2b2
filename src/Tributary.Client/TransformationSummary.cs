// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;

namespace Tributary.Client;

/// <summary>A data transformation as a repository describes it.</summary>
public sealed record TransformationSummary
{
    /// <summary>The id of the transformation.</summary>
    public required string Id { get; init; }

    /// <summary>The description of the transformation, for people.</summary>
    public string? Description { get; init; }

    /// <summary>The types of the parameters by name, in the words of Python.</summary>
    public IReadOnlyDictionary<string, string>? ParameterTypes { get; init; }

    /// <summary>The default values of the parameters that a step does not give.</summary>
    public IReadOnlyDictionary<string, JsonElement>? DefaultValues { get; init; }
}
