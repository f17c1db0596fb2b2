// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using Tributary.Numerics.Formats;

namespace Tributary.Core.Models;

/// <summary>The byte formats that sessions can use, each with the codec that reads it.</summary>
/// <remarks>Roles add the names that their clients know: a session keeps the name that it was given.</remarks>
public sealed class ModelFormats(IOptions<ModelFormatOptions> options)
{
    private readonly OrderedDictionary<string, string> _codecs = options.Value.Codecs;

    /// <summary>The names of all formats in the order in which they were added, for error messages.</summary>
    public IEnumerable<string> Names => _codecs.Keys;

    /// <summary>Finds the codec of a format; returns false when no format has that name.</summary>
    public bool TryGetCodec(string? name, [NotNullWhen(true)] out IParameterCodec? codec)
    {
        codec = name is not null && _codecs.TryGetValue(name, out var found) ? ParameterCodecs.Get(found) : null;
        return codec is not null;
    }

    /// <summary>Returns the codec of a format that was checked when its session was accepted.</summary>
    /// <exception cref="ArgumentException">No format has that name.</exception>
    public IParameterCodec GetCodec(string name) => TryGetCodec(name, out var codec)
        ? codec
        : throw new ArgumentException($"'{name}' is not a model format; expected one of {string.Join(", ", Names)}.", nameof(name));
}

/// <summary>The byte formats, contributed by the roles.</summary>
public sealed class ModelFormatOptions
{
    /// <summary>The name of each format's codec, by the name of the format.</summary>
    public OrderedDictionary<string, string> Codecs { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds formats; one whose name exists already is replaced.</summary>
    public void Add(IReadOnlyDictionary<string, string> codecs)
    {
        ArgumentNullException.ThrowIfNull(codecs);
        foreach (var (name, codec) in codecs)
        {
            Codecs[name] = codec;
        }
    }
}
