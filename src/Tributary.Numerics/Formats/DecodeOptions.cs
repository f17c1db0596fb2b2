// SPDX-License-Identifier: Apache-2.0
namespace Tributary.Numerics.Formats;

/// <summary>The options for decoding values.</summary>
public sealed class DecodeOptions
{
    /// <summary>The default options: finite values required, one thread.</summary>
    public static DecodeOptions Default { get; } = new();

    /// <summary>True to refuse NaN and infinities, naming array and index; false to accept them with their payload. Default true.</summary>
    public bool RequireFinite { get; init; } = true;

    /// <summary>The maximum number of arrays read at once by formats that allow it (npz). Default 1: all on the calling thread.</summary>
    public int MaxDegreeOfParallelism
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 1;
}
