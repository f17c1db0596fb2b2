// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Core.Models;

/// <summary>The length and digest of a model's stored bytes.</summary>
/// <param name="Length">The length in bytes.</param>
/// <param name="Sha256">The SHA-256 digest in lower-case hexadecimal.</param>
public readonly record struct ModelData(
    [property: JsonPropertyName("length")] long Length,
    [property: JsonPropertyName("sha256")] string Sha256);

/// <summary>The state of a strategy that belongs to a model: all that the strategy remembers for the round that trains from it.</summary>
/// <param name="Strategy">The name of the strategy.</param>
/// <param name="Data">The length and digest of the state's bytes, which only the strategy can read.</param>
public sealed record ModelState(
    [property: JsonPropertyName("strategy")] string Strategy,
    [property: JsonPropertyName("data")] ModelData Data)
{
    /// <summary>Returns the key of the bytes of a model's state among those of models. No model has it: the ids of models are the server's own.</summary>
    public static ModelId KeyOf(ModelId model) => ModelId.Parse($"{model}.state");
}

/// <summary>A model of the trail, with its origin and the description of its bytes.</summary>
public sealed record ModelRecord
{
    /// <summary>The id of the model, which is also the key of its bytes.</summary>
    public required ModelId Id { get; init; }

    /// <summary>A display name; not unique.</summary>
    public required string Name { get; init; }

    /// <summary>The model that this one was trained from; null for an uploaded model.</summary>
    public ModelId? Parent { get; init; }

    /// <summary>The session that produced the model; null for an uploaded model.</summary>
    public SessionId? Session { get; init; }

    /// <summary>The number of the round that produced the model; null for an uploaded model.</summary>
    public long? Round { get; init; }

    /// <summary>The name of the codec that reads the model's bytes, for example <c>npz</c>.</summary>
    public required string Format { get; init; }

    public required ModelData Data { get; init; }

    /// <summary>The state of the strategy; null for a strategy that has none, and for all but the newest model of a session.</summary>
    public ModelState? State { get; init; }

    public required DateTimeOffset CommittedAt { get; init; }
}
