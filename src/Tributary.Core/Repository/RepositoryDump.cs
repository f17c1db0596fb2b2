// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Core.Repository;

/// <summary>The repository as a single file, written and read forward only.</summary>
/// <remarks>
/// Lines of JSON, each ended by a line feed: the first names the format; then come the contents, the records of files, the documents, and
/// the end, which has the counts and the SHA-256 of every byte before it. The line of a content is followed by the number of bytes that it
/// states and a line feed. Contents come first, each once, so that a record can be checked against the content that it needs.
/// <code>
/// {"format":"tributary-repository","version":1}
/// {"content":{"sha256":"…","length":3}}
/// abc
/// {"file":{"id":"…","name":"model/m/1","length":3,"sha256":"…","uploaded_at":"2026-03-04T05:06:07.123Z"}}
/// {"document":{"kind":"model","key":"1:m,1:1,","document":"{…}","model":"1:m,1:1,","file_id":"…"}}
/// {"end":{"contents":1,"files":1,"documents":1,"sha256":"…"}}
/// </code>
/// </remarks>
public static class RepositoryDump
{
    internal const string Format = "tributary-repository";
    internal const int Version = 1;

    /// <summary>The bytes that every dump begins with.</summary>
    public static ReadOnlySpan<byte> Magic => "{\"format\":\"tributary-repository\""u8;

    /// <summary>Writes everything that a repository holds. The repository must not change meanwhile.</summary>
    /// <exception cref="InvalidDataException">A content does not match its record; the repository check lists all faults.</exception>
    public static Task<DumpCounts> WriteAsync(IRepositoryTransfer repository, Stream output, CancellationToken cancellationToken) =>
        new RepositoryDumpWriter(output).WriteAsync(repository, cancellationToken);

    /// <summary>Adds everything that a dump holds; a faulty dump is detected before the load can be committed.</summary>
    /// <exception cref="InvalidDataException">The dump is truncated or altered; the message says where.</exception>
    public static Task<DumpCounts> ReadAsync(Stream input, RepositoryLoad load, CancellationToken cancellationToken) =>
        new RepositoryDumpReader(input).ReadAsync(load, cancellationToken);
}

/// <summary>The numbers of items in a dump.</summary>
public sealed record DumpCounts(long Documents, long Files, long Contents);

/// <summary>A line of a dump: the property that is set determines its kind.</summary>
internal sealed record DumpLine
{
    [JsonPropertyName("format")]
    public string? Format { get; init; }

    [JsonPropertyName("version")]
    public int? Version { get; init; }

    [JsonPropertyName("content")]
    public DumpContent? Content { get; init; }

    [JsonPropertyName("file")]
    public DumpFile? File { get; init; }

    [JsonPropertyName("document")]
    public DumpDocument? Document { get; init; }

    [JsonPropertyName("end")]
    public DumpEnd? End { get; init; }
}

internal sealed record DumpContent(
    [property: JsonPropertyName("sha256")] string Sha256,
    [property: JsonPropertyName("length")] long Length);

internal sealed record DumpFile(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("length")] long Length,
    [property: JsonPropertyName("sha256")] string Sha256,
    [property: JsonPropertyName("uploaded_at")] DateTimeOffset UploadedAt,
    [property: JsonPropertyName("training_id")] string? TrainingId = null,
    [property: JsonPropertyName("notes")] FileAnnotations? Notes = null);

internal sealed record DumpDocument(
    [property: JsonPropertyName("kind")] RepositoryKind Kind,
    [property: JsonPropertyName("key")] string Key,
    [property: JsonPropertyName("document")] string Document,
    [property: JsonPropertyName("model")] string? Model = null,
    [property: JsonPropertyName("file_id")] string? FileId = null,
    [property: JsonPropertyName("stage")] string? Stage = null,
    [property: JsonPropertyName("tags")] IReadOnlyList<string>? Tags = null);

internal sealed record DumpEnd(
    [property: JsonPropertyName("contents")] long Contents,
    [property: JsonPropertyName("files")] long Files,
    [property: JsonPropertyName("documents")] long Documents,
    [property: JsonPropertyName("sha256")] string Sha256);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(KindConverter)])]
[JsonSerializable(typeof(DumpLine))]
internal sealed partial class DumpJson : JsonSerializerContext;

internal sealed class KindConverter() : JsonStringEnumConverter<RepositoryKind>(System.Text.Json.JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
