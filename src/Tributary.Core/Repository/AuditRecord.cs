// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Repository;

/// <summary>That somebody changed something: a line of the audit log.</summary>
/// <param name="At">When.</param>
/// <param name="Who">The name of a token, <c>anonymous</c>, or a part of the server.</param>
/// <param name="Action">The name of the operation.</param>
/// <param name="Subject">What it was about.</param>
public sealed record AuditRecord(DateTimeOffset At, string Who, string Action, string Subject);

/// <summary>What a change leaves in the audit log, in the same write: the line is there if and only if the change is.</summary>
/// <param name="Who">The name of a token, <c>anonymous</c>, or a part of the server.</param>
/// <param name="Action">The name of the operation.</param>
/// <param name="Subject">What it is about.</param>
public sealed record AuditEntry(string Who, string Action, string Subject)
{
    /// <summary>Callers without a token.</summary>
    public const string Anonymous = "anonymous";

    /// <summary>Sessions, when they leave what they led to.</summary>
    public const string Session = "session";

    /// <summary>Retention, when it lets files go.</summary>
    public const string Retention = "retention";

    /// <summary>Whoever runs the command line on the data folder.</summary>
    public const string Command = "command";

    /// <summary>The names that are no token's.</summary>
    public static IReadOnlyList<string> Own { get; } = [Anonymous, Session, Retention, Command];

    /// <summary>That retention lets a file go.</summary>
    public static AuditEntry LettingGo(RepositoryFile file) => new(Retention, "remove_file", $"{file.Name} {file.Id} sha256:{file.Sha256}");

    /// <summary>That <paramref name="by"/>, which puts a version in production, archives another.</summary>
    public static AuditEntry Archiving(AuditEntry by, RepositoryKey version) =>
        by with { Subject = $"/api/v2/models/{string.Join('/', version.Parts.Select(p => p ?? "null"))}/stage {ModelStages.Archived}" };

    /// <summary>As a line of the log.</summary>
    public AuditRecord ToRecord(DateTimeOffset at) => new(at, Who, Action, Subject);
}
