// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Core.Repository;

/// <summary>The repository as one file that is written and read forward only.</summary>
/// <remarks>
/// Lines of JSON, each ended by a line feed: the first names the format, then come the contents, the records of files, the documents, and the
/// end, which has the counts and the SHA-256 of every byte before it. The line of a content is followed by as many bytes as it says and a line
/// feed. Contents come first, each once, so that a record can be held against the content that it needs.
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

    /// <summary>What every dump begins with.</summary>
    public static ReadOnlySpan<byte> Magic => "{\"format\":\"tributary-repository\""u8;

    /// <summary>Writes all that a repository holds. Nobody may change it meanwhile.</summary>
    /// <exception cref="InvalidDataException">A content is not what its record says; the check names all such faults.</exception>
    public static Task<DumpCounts> WriteAsync(IRepositoryTransfer repository, Stream output, CancellationToken cancellationToken) =>
        new RepositoryDumpWriter(output).WriteAsync(repository, cancellationToken);

    /// <summary>Adds all that a dump holds; what is wrong with it is told before a load can be kept.</summary>
    /// <exception cref="InvalidDataException">The dump is cut or altered; the message says where.</exception>
    public static Task<DumpCounts> ReadAsync(Stream input, RepositoryLoad load, CancellationToken cancellationToken) =>
        new RepositoryDumpReader(input).ReadAsync(load, cancellationToken);
}

/// <summary>How much a dump holds.</summary>
public sealed record DumpCounts(long Documents, long Files, long Contents);

/// <summary>One line of a dump: one of its fields is there.</summary>
internal sealed record DumpLine
{
    public string? Format { get; init; }

    public int? Version { get; init; }

    public DumpContent? Content { get; init; }

    public DumpFile? File { get; init; }

    public DumpDocument? Document { get; init; }

    public DumpEnd? End { get; init; }
}

internal sealed record DumpContent(string Sha256, long Length);

internal sealed record DumpFile(string Id, string Name, long Length, string Sha256, DateTimeOffset UploadedAt, string? TrainingId = null, FileAnnotations? Notes = null);

internal sealed record DumpDocument(
    RepositoryKind Kind, string Key, string Document, string? Model = null, string? FileId = null, string? Stage = null, IReadOnlyList<string>? Tags = null);

internal sealed record DumpEnd(long Contents, long Files, long Documents, string Sha256);

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
