// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Repository;

/// <summary>A line of the audit log: one change and its author.</summary>
/// <param name="At">The time of the change.</param>
/// <param name="Who">The author: the name of a token, <c>anonymous</c>, or a part of the server.</param>
/// <param name="Action">The name of the operation.</param>
/// <param name="Subject">The object of the change.</param>
public sealed record AuditRecord(DateTimeOffset At, string Who, string Action, string Subject);

/// <summary>The line that a change leaves in the audit log, in the same write: the line exists if and only if the change does.</summary>
/// <param name="Who">The author: the name of a token, <c>anonymous</c>, or a part of the server.</param>
/// <param name="Action">The name of the operation.</param>
/// <param name="Subject">The object of the change.</param>
public sealed record AuditEntry(string Who, string Action, string Subject)
{
    /// <summary>The author of changes by callers without a token.</summary>
    public const string Anonymous = "anonymous";

    /// <summary>The author of the results that sessions store.</summary>
    public const string Session = "session";

    public const string Retention = "retention";

    /// <summary>The author of changes made by the command line on the data folder.</summary>
    public const string Command = "command";

    /// <summary>The names of authors that are not tokens.</summary>
    public static IReadOnlyList<string> Own { get; } = [Anonymous, Session, Retention, Command];

    public static AuditEntry OfRemoval(RepositoryFile file) => new(Retention, "remove_file", $"{file.Name} {file.Id} sha256:{file.Sha256}");

    public AuditRecord ToRecord(DateTimeOffset at) => new(at, Who, Action, Subject);
}
