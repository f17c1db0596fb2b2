// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;
using System.Text.Json.Serialization;
using Tributary.Numerics.Formats.Pickle;

namespace Tributary.Repository.Scanning;

/// <summary>What a scan of a file found; kept beside the file.</summary>
/// <param name="Version">Of the scan: what an earlier one has not looked at is looked at again.</param>
/// <param name="Pickles">The file itself, if it is a pickle, or the pickles in an archive.</param>
/// <param name="Faults">What no policy allows, a sentence each: harmful archives, and what could not be looked into.</param>
/// <param name="Warnings">The faults, and what the policy did not allow when the file was scanned.</param>
internal sealed record ScanReport(
    [property: JsonPropertyName("version")] int Version,
    [property: JsonPropertyName("pickles")] IReadOnlyList<ScannedPickle> Pickles,
    [property: JsonPropertyName("faults")] IReadOnlyList<string> Faults,
    [property: JsonPropertyName("warnings")] IReadOnlyList<string> Warnings)
{
    public const int CurrentVersion = 3;

    /// <summary>Of each kind; more tell nothing new.</summary>
    public const int MaxWarnings = 20;

    public string Write() => JsonSerializer.Serialize(this, ScanJson.Default.ScanReport);

    /// <summary>Null when there is none, or one of an earlier scan.</summary>
    public static ScanReport? Read(string? json) =>
        json is not null && JsonSerializer.Deserialize(json, ScanJson.Default.ScanReport) is { Version: CurrentVersion } report ? report : null;
}

/// <summary>What a pickle would do if somebody loaded it, and its name in the archive; null when it is the file itself.</summary>
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
