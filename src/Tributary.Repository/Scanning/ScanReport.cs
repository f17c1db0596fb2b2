// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;
using System.Text.Json.Serialization;
using Tributary.Numerics.Formats.Pickle;
using Tributary.Numerics.Formats.Zip;

namespace Tributary.Repository.Scanning;

/// <summary>The result of scanning a file, stored with the file.</summary>
/// <param name="Version">The version of the scan; a file with the report of an earlier version is scanned again.</param>
/// <param name="Pickles">The file itself if it is a pickle, or the pickles in an archive.</param>
/// <param name="Faults">The findings that no policy allows, a sentence each: harmful archives, and content that was not scanned.</param>
/// <param name="Expansion">The members that expand beyond the usual ratio; null when there is none.</param>
/// <param name="Warnings">The faults and the violations of the policy at the time of the scan.</param>
internal sealed record ScanReport(
    [property: JsonPropertyName("version")] int Version,
    [property: JsonPropertyName("pickles")] IReadOnlyList<ScannedPickle> Pickles,
    [property: JsonPropertyName("faults")] IReadOnlyList<string> Faults,
    [property: JsonPropertyName("expansion")] ScannedExpansion? Expansion,
    [property: JsonPropertyName("warnings")] IReadOnlyList<string> Warnings)
{
    public const int CurrentVersion = 4;

    /// <summary>The maximum number of warnings; more would tell nothing new.</summary>
    public const int MaxWarnings = 20;

    /// <summary>True when this version of the scan would find no less: the one before differs only in what it took for a fault or a pickle.</summary>
    private bool IsCurrent =>
        Version == CurrentVersion || (Version == CurrentVersion - 1 && Faults.Count == 0 && Pickles.All(p => p.Problem is null));

    public string Write() => JsonSerializer.Serialize(this, ScanJson.Default.ScanReport);

    /// <summary>Returns the report in the given JSON; null when it is absent, or from an earlier version of the scan that saw more harm.</summary>
    public static ScanReport? Read(string? json) =>
        json is not null && JsonSerializer.Deserialize(json, ScanJson.Default.ScanReport) is { } report && report.IsCurrent ? report : null;
}

/// <summary>The findings about one pickle, with its name in the archive; the name is null when the pickle is the file itself.</summary>
internal sealed record ScannedPickle(
    [property: JsonPropertyName("member")] string? Member,
    [property: JsonPropertyName("protocol")] int Protocol,
    [property: JsonPropertyName("imports")] IReadOnlyList<string> Imports,
    [property: JsonPropertyName("unnamed")] IReadOnlyList<string> Unnamed,
    [property: JsonPropertyName("calls")] int Calls,
    [property: JsonPropertyName("problem")] string? Problem,
    [property: JsonPropertyName("trailing")] long Trailing)
{
    public static ScannedPickle Of(string? member, PickleReport report) =>
        new(member, report.Protocol, report.Imports, report.Unnamed, report.Calls, report.Problem, report.Trailing);
}

/// <summary>The members of an archive that expand more than <see cref="MemberRules.MaxRatio"/> times: the longest of them, and all together.</summary>
/// <param name="Member">The name of the longest.</param>
/// <param name="Packed">Its length in the archive, in bytes.</param>
/// <param name="Length">Its inflated length, in bytes.</param>
/// <param name="Total">The inflated length of all of them, in bytes.</param>
internal sealed record ScannedExpansion(
    [property: JsonPropertyName("member")] string Member,
    [property: JsonPropertyName("packed")] long Packed,
    [property: JsonPropertyName("length")] long Length,
    [property: JsonPropertyName("total")] long Total)
{
    public static ScannedExpansion Add(ScannedExpansion? before, ZipEntry entry)
    {
        var total = (long)Int128.Min((Int128)(before?.Total ?? 0) + entry.Length, long.MaxValue);
        return before is not null && before.Length >= entry.Length
            ? before with { Total = total }
            : new(MemberRules.Shorten(entry.Name), entry.CompressedLength, entry.Length, total);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ScanReport))]
internal sealed partial class ScanJson : JsonSerializerContext;
