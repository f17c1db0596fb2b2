// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;

namespace Tributary.Client;

/// <summary>A data transformation, as a repository describes it.</summary>
public sealed record TransformationSummary
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>What it does, for people.</summary>
    public string? Description { get; init; }

    /// <summary>The types of its parameters by name, in words of Python.</summary>
    public IReadOnlyDictionary<string, string>? ParameterTypes { get; init; }

    /// <summary>The values of parameters that a step does not give.</summary>
    public IReadOnlyDictionary<string, JsonElement>? DefaultValues { get; init; }
}
