// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tributary.Core.Repository;
using Tributary.MongoArchive;

namespace Tributary.Transfer;

/// <summary>A fault of the repository, as the check prints it.</summary>
internal sealed record RepositoryFaultReport(string Fault, string Content, string? FileId, string Detail);

/// <summary>The result of a dump or a load, as the commands print it.</summary>
/// <param name="Documents">The number of documents.</param>
/// <param name="Files">The number of file records.</param>
/// <param name="LeftOut">The contents of an archive that were left out.</param>
internal sealed record RepositoryReport(long Documents, long Files, IReadOnlyList<string> LeftOut)
{
    public static RepositoryReport Of(DumpCounts counts) => new(counts.Documents, counts.Files, []);

    public static RepositoryReport Of(ArchiveSummary summary) => new(summary.Documents, summary.Files, summary.LeftOut);

    public void Print(TextWriter output, bool json)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(this, RepositoryJson.Default.RepositoryReport));
            return;
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"documents: {Documents}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"files: {Files}"));
        foreach (var left in LeftOut)
        {
            output.WriteLine($"left out: {left}");
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(RepositoryFaultReport[]))]
[JsonSerializable(typeof(RepositoryReport))]
internal sealed partial class RepositoryJson : JsonSerializerContext;
