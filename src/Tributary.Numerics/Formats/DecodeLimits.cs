// SPDX-License-Identifier: Apache-2.0
namespace Tributary.Numerics.Formats;

/// <summary>The limits on what encoded parameters may claim. Each is checked before the memory that it guards is allocated.</summary>
public sealed class DecodeLimits
{
    /// <summary>The default limits.</summary>
    public static DecodeLimits Default { get; } = new();

    /// <summary>The maximum number of arrays. Default 100 000.</summary>
    public int MaxArrays { get; init; } = 100_000;

    /// <summary>The maximum number of dimensions of one array. Default 32, as in numpy before version 2.</summary>
    public int MaxRank { get; init; } = 32;

    /// <summary>The maximum length of an array's name in UTF-16 code units. Default 1024.</summary>
    public int MaxNameLength { get; init; } = 1024;

    /// <summary>The maximum size of all decoded elements in bytes. Default 64 GiB; set it near the expected model.</summary>
    public long MaxTotalBytes { get; init; } = 64L << 30;

    /// <summary>The maximum length of a file's header or directory (zip, safetensors), in bytes. Default 32 MiB.</summary>
    public int MaxHeaderBytes { get; init; } = 32 << 20;

    /// <summary>The maximum length in bytes of the header of one array (npy), and of one number in JSON text. Default 16 KiB.</summary>
    public int MaxArrayHeaderBytes { get; init; } = 16 << 10;
}
