// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.Formats;
using Tributary.Numerics.Formats.Pickle;
using Tributary.Numerics.IO;

namespace Tributary.Fuzz.Targets;

/// <summary>Pickled arrays, and the scanner beside: what is taken for weights, the scan finds whole and importing nothing but numpy.</summary>
internal static class PickleDecode
{
    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        DecodeOracle.Check(ParameterCodecs.Pickle, input);
        using var source = ByteSource.FromMemory(input.ToArray());
        var report = PickleScanner.Scan(source);
        if (IsTaken(source) && (report.Problem is not null || report.Unnamed.Count > 0 || report.Trailing > 0 || !report.Imports.All(IsKnown)))
        {
            throw new InvalidOperationException($"Taken for weights, but the scan says: {report}; {string.Join(", ", report.Imports)}.");
        }
    }

    private static bool IsKnown(string import) => import.StartsWith("numpy.", StringComparison.Ordinal) || import == "_codecs.encode";

    private static bool IsTaken(ByteSource source)
    {
        try
        {
            using var reader = ParameterCodecs.Pickle.Open(source, DecodeLimits.Default);
            return true;
        }
        catch (ParameterFormatException)
        {
            return false;
        }
    }
}
