// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Architecture.Tests;

/// <summary>The summaries of the product, held to the rules of house style.</summary>
public sealed class SummaryTests
{
    [Fact]
    public void Summaries_KeepTheRules()
    {
        var offences = (
            from project in Product.Projects
            from source in Product.Sources(project.Name)
            from offence in SummaryRules.FindOffences(source.Text)
            select $"src/{project.Name}/{source.Path}:{offence.Line}: {offence.Rule}: {offence.Summary}").ToList();

        Assert.Empty(offences);
    }

    [Theory]
    [InlineData("The ledger of accepted updates.", "public sealed class Ledger")]
    [InlineData("Settings of the combiner.", "internal sealed record CombinerSettings(int Count)")]
    [InlineData("Opens a file, and returns <see langword=\"null\"/> when it is missing.", "public static Stream? Open(string path)")]
    [InlineData("A stream over <paramref name=\"input\"/>.", "public HashedInput(Stream input)")]
    [InlineData("The length of the upload, in bytes.", "public long Length { get; }")]
    [InlineData("The roles with their addresses.", "public required IReadOnlyList<(Role Role, Uri Address)> Roles { get; init; }")]
    [InlineData("Bytes of one upload, at most.", "private readonly long _max = Read(\"max\");")]
    [InlineData("Registrations of the role.", "extension(IServiceCollection services)")]
    public void Summary_Good_Passes(string summary, string declaration) => Assert.Null(FindRule(summary, declaration));

    [Theory]
    [InlineData("", "public sealed class Ledger", "empty")]
    [InlineData("What a client is asked to do.", "public enum ClientTaskKind", "type: noun phrase expected")]
    [InlineData("Takes files in.", "internal sealed class FileUpload(int max)", "type: noun phrase expected")]
    [InlineData("The file with that id, or null.", "ValueTask<File?> FindAsync(string id)", "method: verb in the third person expected")]
    [InlineData("Return the file.", "public File Find(string id)", "method: verb in the third person expected")]
    [InlineData("Who does it.", "public required ClientId Client { get; init; }", "headless clause")]
    [InlineData("Whether <see cref=\"Ledger.Updates\"/> are all in.", "public bool IsComplete => true;", "headless clause")]
    [InlineData("The clients that nobody waits for.", "public int Lost { get; }", "word \"nobody\"")]
    [InlineData("At most so many clients are selected.", "public int RequestedClients { get; init; }", "word \"so many\"")]
    public void Summary_Bad_IsFound(string summary, string declaration, string rule) => Assert.Equal(rule, FindRule(summary, declaration));

    [Fact]
    public void Summary_OverSeveralLines_IsReadAsOneAndHasTheFirst()
    {
        const string Source = """
            namespace Sample;

            internal interface IStore
            {
                /// <summary>
                /// Every update that
                /// somebody accepted.
                /// </summary>
                /// <remarks>Such words may stand here.</remarks>
                [Obsolete]
                IReadOnlyList<string> Updates { get; }
            }
            """;

        Assert.Equal([(5, "word \"somebody\"", "Every update that somebody accepted.")], SummaryRules.FindOffences(Source));
    }

    private static string? FindRule(string summary, string declaration) =>
        SummaryRules.FindOffences($"/// <summary>{summary}</summary>\n{declaration}\n").Select(offence => offence.Rule).SingleOrDefault();
}
