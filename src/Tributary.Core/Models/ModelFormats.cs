// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics.CodeAnalysis;

namespace Tributary.Core.Models;

/// <summary>Which codec reads the bytes of which FEDn helper.</summary>
public static class ModelFormats
{
    /// <summary>The helper that a client uses when none is named.</summary>
    public const string DefaultHelper = "numpyhelper";

    /// <summary>The names that a session may give as its helper.</summary>
    public static IReadOnlyList<string> Helpers { get; } =
        ["numpyhelper", "binaryhelper", "androidhelper", "pytorchhelper", "kerashelper"];

    /// <summary>The codec of <paramref name="helper"/>; null or empty means the default helper. False for an unknown name.</summary>
    public static bool TryGetCodec(string? helper, [NotNullWhen(true)] out string? codec)
    {
        codec = helper switch
        {
            null or "" or "numpyhelper" or "pytorchhelper" or "kerashelper" => "npz",
            "binaryhelper" => "raw-float64",
            "androidhelper" => "raw-float32",
            _ => null,
        };
        return codec is not null;
    }

    /// <summary>The codec of a helper that was checked when its session was accepted.</summary>
    /// <exception cref="ArgumentException">No helper has that name.</exception>
    public static string GetCodec(string? helper) => TryGetCodec(helper, out var codec)
        ? codec
        : throw new ArgumentException($"'{helper}' is no helper; expected one of {string.Join(", ", Helpers)}.", nameof(helper));
}
