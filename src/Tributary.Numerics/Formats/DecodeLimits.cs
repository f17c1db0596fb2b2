// SPDX-License-Identifier: Apache-2.0
namespace Tributary.Numerics.Formats;

/// <summary>What encoded parameters may claim before they are refused. All checks come before the memory they guard is taken.</summary>
public sealed class DecodeLimits
{
    /// <summary>The defaults of every limit.</summary>
    public static DecodeLimits Default { get; } = new();

    /// <summary>The most arrays. Default 100 000.</summary>
    public int MaxArrays { get; init; } = 100_000;

    /// <summary>The most dimensions of one array. Default 32, as in numpy before version 2.</summary>
    public int MaxRank { get; init; } = 32;

    /// <summary>The longest name of an array in UTF-16 code units. Default 1024.</summary>
    public int MaxNameLength { get; init; } = 1024;

    /// <summary>The most bytes all decoded elements may take, whatever the bytes are compressed to. Default 64 GiB; set it near the expected model.</summary>
    public long MaxTotalBytes { get; init; } = 64L << 30;

    /// <summary>The longest header or directory of a whole file: zip central directory, safetensors header. Default 32 MiB.</summary>
    public int MaxHeaderBytes { get; init; } = 32 << 20;

    /// <summary>The longest header of one array (npy), and the longest number in JSON text. Default 16 KiB.</summary>
    public int MaxArrayHeaderBytes { get; init; } = 16 << 10;

    /// <summary>
    /// The most inflated bytes per compressed byte, over the whole file. Default 200. Trained weights reach 2, arrays of zeros reach 1030,
    /// so that files that inflate to at most <see cref="InflationAllowance"/> are never refused for their ratio.
    /// </summary>
    public int MaxInflationRatio { get; init; } = 200;

    /// <summary>Inflated size up to which <see cref="MaxInflationRatio"/> does not apply. Default 64 MiB.</summary>
    public long InflationAllowance { get; init; } = 64L << 20;
}
