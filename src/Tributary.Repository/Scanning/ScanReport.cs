// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;
using System.Text.Json.Serialization;
using Tributary.Numerics;

namespace Tributary.Repository.Scanning;

/// <summary>What a scan of an uploaded file found; kept beside the file.</summary>
/// <param name="Pickles">The file itself, if it is a pickle, or the pickles in an archive.</param>
/// <param name="Warnings">What the policy does not allow, a sentence each.</param>
internal sealed record ScanReport(IReadOnlyList<ScannedPickle> Pickles, IReadOnlyList<string> Warnings)
{
    public bool IsEmpty => Pickles.Count == 0 && Warnings.Count == 0;

    public string Write() => JsonSerializer.Serialize(this, ScanJson.Default.ScanReport);

    public static ScanReport Read(string json) => JsonSerializer.Deserialize(json, ScanJson.Default.ScanReport)!;
}

/// <summary>What a pickle would do if somebody loaded it, and its name in the archive; null when it is the file itself.</summary>
internal sealed record ScannedPickle(
    string? Member, int Protocol, IReadOnlyList<string> Imports, IReadOnlyList<string> Unnamed, int Calls, string? Problem, long Trailing)
{
    public static ScannedPickle Of(string? member, PickleReport report) =>
        new(member, report.Protocol, report.Imports, report.Unnamed, report.Calls, report.Problem, report.Trailing);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ScanReport))]
internal sealed partial class ScanJson : JsonSerializerContext;
