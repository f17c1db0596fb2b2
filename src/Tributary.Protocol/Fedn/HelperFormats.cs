// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Protocol.Fedn;

/// <summary>The helpers of FEDn: each names the byte format in which its clients exchange models.</summary>
public static class HelperFormats
{
    /// <summary>The helper that a client uses when none is named.</summary>
    public const string Default = "numpyhelper";

    /// <summary>The codec of each helper, by its name.</summary>
    public static IReadOnlyDictionary<string, string> Codecs { get; } = new OrderedDictionary<string, string>(StringComparer.Ordinal)
    {
        [Default] = "npz",
        ["binaryhelper"] = "raw-float64",
        ["androidhelper"] = "raw-float32",
        ["pytorchhelper"] = "npz",
        ["kerashelper"] = "npz",
    };

    /// <summary>The helpers that can be made the active one.</summary>
    public static IReadOnlyList<string> Active { get; } = [Default, "binaryhelper", "androidhelper"];
}
