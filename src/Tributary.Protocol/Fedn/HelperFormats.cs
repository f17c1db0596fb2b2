// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Protocol.Fedn;

/// <summary>FEDn's helpers, each of which names the byte format in which clients exchange models.</summary>
public static class HelperFormats
{
    /// <summary>The helper that a client uses when it names none.</summary>
    public const string Default = "numpyhelper";

    /// <summary>The codec name of each helper, keyed by the helper's name.</summary>
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
