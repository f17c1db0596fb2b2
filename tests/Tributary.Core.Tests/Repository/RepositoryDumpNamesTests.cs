// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;
using Tributary.Core.Repository;

namespace Tributary.Core.Tests.Repository;

/// <summary>The names in the lines of a dump, which others keep and read: they may only grow.</summary>
public sealed class RepositoryDumpNamesTests
{
    private const string Full = """
        {"format":"f","version":1,"content":{"sha256":"s","length":2},"file":{"id":"i","name":"n","length":3,"sha256":"s","uploaded_at":"2026-03-04T05:06:07.123+00:00","training_id":"t","notes":{"owner":"o","scan":"x","signature":"g"}},"document":{"kind":"model","key":"k","document":"d","model":"m","file_id":"i","stage":"p","tags":["a"]},"end":{"contents":4,"files":5,"documents":6,"sha256":"s"}}
        """;

    public static TheoryData<RepositoryKind, string> Kinds => new()
    {
        { RepositoryKind.Model, "model" },
        { RepositoryKind.TrainingResult, "training_result" },
        { RepositoryKind.Strategy, "strategy" },
        { RepositoryKind.Transformation, "transformation" },
        { RepositoryKind.Collector, "collector" },
    };

    [Fact]
    public void Line_WithEveryField_IsWrittenAsItWasRead()
    {
        var line = JsonSerializer.Deserialize(Full, DumpJson.Default.DumpLine);

        Assert.Equal(Full, JsonSerializer.Serialize(line, DumpJson.Default.DumpLine));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Kind_IsWrittenByItsWord(RepositoryKind kind, string word)
    {
        Assert.Equal(Enum.GetValues<RepositoryKind>().Length, Kinds.Count);
        Assert.Equal(
            $$$"""{"document":{"kind":"{{{word}}}","key":"k","document":"d"}}""",
            JsonSerializer.Serialize(new DumpLine { Document = new DumpDocument(kind, "k", "d") }, DumpJson.Default.DumpLine));
    }
}
