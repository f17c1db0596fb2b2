// SPDX-License-Identifier: Apache-2.0
namespace Tributary.Numerics.Formats;

/// <summary>How values are read.</summary>
public sealed class DecodeOptions
{
    /// <summary>The defaults: finite values required, one thread.</summary>
    public static DecodeOptions Default { get; } = new();

    /// <summary>Refuse NaN and infinities, naming array and index. Default true; false lets them through with their payload.</summary>
    public bool RequireFinite { get; init; } = true;

    /// <summary>How many arrays are read at once by formats that allow it (npz). Default 1: everything on the calling thread.</summary>
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
