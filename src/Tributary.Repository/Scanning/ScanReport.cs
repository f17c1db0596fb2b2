// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;
using System.Text.Json.Serialization;
using Tributary.Numerics.Formats.Pickle;

namespace Tributary.Repository.Scanning;

/// <summary>The result of scanning a file, stored with the file.</summary>
/// <param name="Version">The version of the scan; a file with the report of an earlier version is scanned again.</param>
/// <param name="Pickles">The file itself if it is a pickle, or the pickles in an archive.</param>
/// <param name="Faults">The findings that no policy allows, a sentence each: harmful archives, and content that was not scanned.</param>
/// <param name="Warnings">The faults and the violations of the policy at the time of the scan.</param>
internal sealed record ScanReport(
    [property: JsonPropertyName("version")] int Version,
    [property: JsonPropertyName("pickles")] IReadOnlyList<ScannedPickle> Pickles,
    [property: JsonPropertyName("faults")] IReadOnlyList<string> Faults,
    [property: JsonPropertyName("warnings")] IReadOnlyList<string> Warnings)
{
    public const int CurrentVersion = 3;

    /// <summary>The maximum number of warnings; more would tell nothing new.</summary>
    public const int MaxWarnings = 20;

    public string Write() => JsonSerializer.Serialize(this, ScanJson.Default.ScanReport);

    /// <summary>Returns the report in the given JSON; null when it is absent or from an earlier version of the scan.</summary>
    public static ScanReport? Read(string? json) =>
        json is not null && JsonSerializer.Deserialize(json, ScanJson.Default.ScanReport) is { Version: CurrentVersion } report ? report : null;
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

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ScanReport))]
internal sealed partial class ScanJson : JsonSerializerContext;
