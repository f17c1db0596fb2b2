// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Tributary.Numerics.Formats.Json;
using Tributary.Numerics.Formats.Npy;
using Tributary.Numerics.Formats.Npz;
using Tributary.Numerics.Formats.Pickle;
using Tributary.Numerics.Formats.Raw;
using Tributary.Numerics.Formats.Safetensors;
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Formats;

/// <summary>The codecs by name: <c>npz</c>, <c>npy</c>, <c>safetensors</c>, <c>raw-float32</c>, <c>raw-float64</c>, <c>json</c>.</summary>
public static class ParameterCodecs
{
    private static readonly FrozenDictionary<string, IParameterCodec> ByName = new IParameterCodec[]
    {
        new NpzCodec(NpzCompression.Stored),
        new NpyCodec(),
        new SafetensorsCodec(),
        new RawCodec(ElementType.Float32),
        new RawCodec(ElementType.Float64),
        new JsonCodec(),
    }.ToFrozenDictionary(codec => codec.Name, StringComparer.Ordinal);

    /// <summary>The codec that writes npz compressed; named <c>npz</c> like the other one, since reading accepts both.</summary>
    public static IParameterCodec DeflatedNpz { get; } = new NpzCodec(NpzCompression.Deflated);

    /// <summary>
    /// The codec for lists of numpy arrays as Python pickles them; not among the names, since clients must not send pickles. Reading
    /// refuses anything other than arrays, and runs nothing.
    /// </summary>
    public static IParameterCodec Pickle { get; } = new PickleCodec();

    /// <summary>The names of all codecs, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Returns the codec with the given name.</summary>
    /// <param name="name">One of <see cref="Names"/>, exactly.</param>
    /// <exception cref="ArgumentException">No codec has the name; the message lists the names.</exception>
    public static IParameterCodec Get(string name) => TryGet(name, out var codec)
        ? codec
        : throw new ArgumentException($"There is no parameter codec '{name}'. Codecs: {string.Join(", ", Names)}.", nameof(name));

    /// <summary>Finds the codec with the given name.</summary>
    /// <param name="name">The exact name.</param>
    /// <param name="codec">The codec; null when none has the name.</param>
    /// <returns>True when a codec has the name.</returns>
    public static bool TryGet(string name, [NotNullWhen(true)] out IParameterCodec? codec) => ByName.TryGetValue(name, out codec);
}
