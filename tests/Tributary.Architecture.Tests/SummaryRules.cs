// SPDX-License-Identifier: Apache-2.0

using System.Collections.Frozen;

namespace Tributary.Architecture.Tests;

/// <summary>The rules of house style for summaries, read from source text.</summary>
internal static partial class SummaryRules
{
    private const string Tag = "///";

    /// <summary>Verbs that begin the summary of a method, and never that of a type.</summary>
    private static readonly FrozenSet<string> Verbs = FrozenSet.ToFrozenSet(
        ("Runs Reads Writes Takes Holds Keeps Gives Makes Registers Maps Finds Records Tells Says Sends Receives Checks Counts Collects Stores Opens "
        + "Closes Adds Removes Returns Decides Builds Creates Converts Parses Serves Answers Asks Fills Brings Leaves Ends Starts Begins Waits Looks "
        + "Hands Puts Gets Sets Shows Prints Copies Hashes Wraps Applies Names Cleans Loads Scans Recalls Fetches Trains Folds Merges Selects Accepts "
        + "Refuses Guards Limits Bounds Splits Joins Matches Describes Translates Decodes Encodes Verifies Watches Listens Follows Marks Notes Saves "
        + "Restores Replaces Passes Turns Uses Does Draws Pins Refers Lists Compares Hears Sorts Reserves").Split(' '));

    /// <summary>Returns the summaries of a C# file that break a rule, each with the line at which its comment begins.</summary>
    public static IEnumerable<(int Line, string Rule, string Summary)> FindOffences(string source)
    {
        var lines = source.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (!IsComment(lines[i]))
            {
                continue;
            }

            var begin = i;
            while (i < lines.Length && IsComment(lines[i]))
            {
                i++;
            }

            var comment = string.Join(' ', lines[begin..i].Select(line => line.Trim()[Tag.Length..].Trim()));
            var declaration = lines.Skip(i).Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0 && line[0] != '[') ?? "";
            if (SummaryElement().Match(comment) is { Success: true } element
                && Clean(element.Groups["text"].Value) is var summary
                && FindRule(summary, Modifiers().Replace(declaration, "")) is { } rule)
            {
                yield return (begin + 1, rule, summary);
            }
        }
    }

    private static bool IsComment(string line) => line.TrimStart().StartsWith(Tag, StringComparison.Ordinal);

    /// <summary>Returns the rule that a summary breaks, given the declaration below it without its modifiers; null when it breaks none.</summary>
    private static string? FindRule(string summary, string declaration)
    {
        if (summary.Length == 0)
        {
            return "empty";
        }

        if (BannedWord().Match(summary) is { Success: true } banned)
        {
            return $"word \"{banned.Value}\"";
        }

        var isHeadless = HeadlessStart().IsMatch(summary);
        if (TypeDeclaration().IsMatch(declaration))
        {
            return isHeadless || Verbs.Contains(FirstWord().Match(summary).Value) ? "type: noun phrase expected" : null;
        }

        if (declaration.StartsWith("extension(", StringComparison.Ordinal))
        {
            return null;
        }

        if (MethodDeclaration().IsMatch(declaration))
        {
            return Constructor().IsMatch(declaration) || (ThirdPerson().IsMatch(summary) && !isHeadless) ? null : "method: verb in the third person expected";
        }

        return isHeadless ? "headless clause" : null;
    }

    /// <summary>Returns the text as a reader sees it: references by their last name, no tags, single spaces.</summary>
    private static string Clean(string xml)
    {
        var named = Reference().Replace(xml, match => match.Groups["name"].Value.Split('.')[^1]);
        return Whitespace().Replace(AnyTag().Replace(named, ""), " ").Trim();
    }

    [GeneratedRegex(@"<summary>(?<text>.*?)</summary>", RegexOptions.NonBacktracking)]
    private static partial Regex SummaryElement();

    [GeneratedRegex(@"<(see (cref|langword|href)|(type)?paramref name)=""(?<name>[^""]*)""\s*/>", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Reference();

    [GeneratedRegex(@"</?(c|em|b|i|para|see)[^>]*>", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex AnyTag();

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Whitespace();

    [GeneratedRegex(
        @"^((public|internal|private|protected|static|sealed|abstract|partial|readonly|unsafe|ref|override|virtual|async|new|file|const|required|extern|volatile|event)\s+)+",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Modifiers();

    [GeneratedRegex(@"^(class|record|struct|interface|enum|delegate)\b", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex TypeDeclaration();

    /// <summary>A name with parameters, and no value before them as a property or a field has.</summary>
    [GeneratedRegex(@"^[^=;{(]*[\w>]\(", RegexOptions.NonBacktracking)]
    private static partial Regex MethodDeclaration();

    [GeneratedRegex(@"^[A-Z]\w*\(", RegexOptions.NonBacktracking)]
    private static partial Regex Constructor();

    [GeneratedRegex(@"^[\w'-]+", RegexOptions.NonBacktracking)]
    private static partial Regex FirstWord();

    [GeneratedRegex(@"^[A-Z][a-z]+s\b", RegexOptions.NonBacktracking)]
    private static partial Regex ThirdPerson();

    [GeneratedRegex(
        @"^(What|How|Where|Whether|Who|Whose|Whom|Which|When|Why|That|Those|These|This|Such|So|As|At|It|Its|They|Their|Nobody|Somebody|Anybody|Everybody"
        + "|Whoever|Whatever|Besides|Also|And|But|Or|Not|No more|Only|Until|Since|Because|If|For|From|To|In|By|With|Without|Between|After|Before|Under|Beside)"
        + @"\b",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex HeadlessStart();

    [GeneratedRegex(
        @"\b(nobody|somebody|anybody|everybody|whoever|such|so many|is there|are there|wish(es)?|lets? go|is about|there is)\b",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex BannedWord();
}
