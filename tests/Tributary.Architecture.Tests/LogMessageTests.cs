// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging;

namespace Tributary.Architecture.Tests;

/// <summary>The properties of log messages: one spelling for one thing, so that one query finds it wherever it was logged.</summary>
public sealed partial class LogMessageTests
{
    /// <summary>The names that messages may use. An id is named by the thing that it identifies; add a name only for a new thing.</summary>
    private static readonly string[] Names =
    [
        // Ids, and names that stand for one.
        "ClientId", "CombinerId", "FileId", "JobId", "ModelId", "ModelName", "RoundId", "RunId", "SessionId", "UploadId",
        // Quantities.
        "Count", "Documents", "Files",
        // Outcomes and their causes.
        "Code", "Detail", "Outcome", "Reason", "Status",
        // What a message is about besides.
        "Address", "Check", "File", "Kind", "Method", "NotAfter", "Path", "Principal", "Scheme", "Setting", "Subject", "Value",
    ];

    [Fact]
    public void Placeholders_AreOnTheList()
    {
        var messages = Product.Assemblies.SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(Product.Declared))
            .Select(method => (Method: $"{method.DeclaringType!.Name}.{method.Name}", method.GetCustomAttribute<LoggerMessageAttribute>()?.Message))
            .Where(method => method.Message is not null)
            .ToList();
        var unlisted =
            from message in messages
            from Match placeholder in Placeholders().Matches(message.Message!)
            where !Names.Contains(placeholder.Groups["name"].Value)
            select $"{message.Method}: {placeholder.Value} is not on the list";

        Assert.NotEmpty(messages);
        Assert.True(!unlisted.Any(), string.Join('\n', unlisted));
    }

    [GeneratedRegex(@"\{(?<name>\w+)[^}]*\}", RegexOptions.NonBacktracking)]
    private static partial Regex Placeholders();
}
