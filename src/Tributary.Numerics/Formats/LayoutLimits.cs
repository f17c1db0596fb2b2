// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Formats;

/// <summary>The arrays that a file claims to have, checked against the limits one by one.</summary>
internal sealed class LayoutLimits(DecodeLimits limits)
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    // Leaves room for padding below the largest length.
    private readonly long _maxTotalBytes = Math.Min(limits.MaxTotalBytes, long.MaxValue / 2);
    private long _totalBytes;

    public ArraySpec Accept(string name, ElementType type, ImmutableArray<long> shape)
    {
        RequireName(name);
        if (shape.Length > limits.MaxRank)
        {
            throw Exceeded($"Array '{name}' has {shape.Length} dimensions; at most {limits.MaxRank} are allowed.");
        }

        if (!ArraySpec.TryCount(shape.AsSpan(), type.Size, out _))
        {
            throw new ParameterFormatException(
                ParameterFormatError.Malformed, $"Array '{name}' has the shape {ArraySpec.ShapeText(shape)}, which is negative or beyond 2^63 - 1 bytes.");
        }

        var spec = new ArraySpec(name, type, shape);
        if (spec.ByteLength > _maxTotalBytes - _totalBytes)
        {
            throw Exceeded($"Array '{name}' of {spec.ByteLength} bytes makes more than {limits.MaxTotalBytes} bytes in all.");
        }

        _totalBytes += spec.ByteLength;
        if (!_names.Add(name))
        {
            throw new ParameterFormatException(ParameterFormatError.DuplicateName, $"Two arrays are named '{name}'.");
        }

        if (_names.Count > limits.MaxArrays)
        {
            throw Exceeded($"There are more than {limits.MaxArrays} arrays.");
        }

        return spec;
    }

    public void RequireName(string name)
    {
        if (name.Length > limits.MaxNameLength)
        {
            throw Exceeded($"The name '{name[..Math.Min(name.Length, 32)]}…' has {name.Length} characters; at most {limits.MaxNameLength} are allowed.");
        }
    }

    public static ParameterFormatException Exceeded(string message) => new(ParameterFormatError.LimitExceeded, message);
}
