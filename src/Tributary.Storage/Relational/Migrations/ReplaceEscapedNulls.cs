// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Tributary.Storage.Relational.Migrations;

/// <summary>
/// The end of the escape U+FDD0 in stored texts: U+FDD0 '0' stood for a null character, U+FDD0 '1' for U+FDD0 itself. From here on texts
/// are stored as they are, with U+FFFD for a null character.
/// </summary>
[DbContext(typeof(MetadataContext))]
[Migration("20261129000000_ReplaceEscapedNulls")]
internal sealed class ReplaceEscapedNulls : Migration
{
    private const string Mark = "char(64976)";
    private const string Replacement = "char(65533)";

    private static readonly (string Table, string[] Columns)[] Texts =
    [
        ("clients", ["ClientId", "Name", "Combiner", "PreferredCombiner", "Address", "Status", "Package"]),
        ("models", ["ModelId", "Name", "Parent", "SessionId", "Format", "Sha256"]),
        ("sessions", ["SessionId", "Name", "SeedModel", "Config"]),
        ("runs", ["RunId", "SessionId", "Model", "ModelNamePrefix", "Clients", "CompletedModel"]),
        ("rounds", ["RunId", "SessionId", "Plan", "Output", "Combiners", "Times", "Error"]),
        ("selections", ["Combiner", "Clients"]),
        ("uploads", ["UploadId", "Owner", "Sha256"]),
        ("updates", ["ClientId", "UploadId"]),
        ("leaders", ["Name"]),
        ("settings", ["Key", "Value"]),
        ("statuses", ["ReportId", "ClientId", "Sender", "SessionId", "Status", "LogLevel", "Type", "Data", "Extra", "CorrelationId"]),
        ("validations", ["ReportId", "ClientId", "Sender", "SessionId", "Model", "Data", "CorrelationId", "Meta", "Receiver"]),
        ("reported_values", ["ReportId", "ClientId", "Sender", "SessionId", "Key", "Text", "Model", "Round"]),
        ("repository_documents", ["Key", "Model", "Document", "FileId", "Stage"]),
        ("repository_files", ["FileId", "Name", "Spelling", "TrainingId", "Sha256", "Owner", "Scan", "Signature"]),
        ("repository_tags", ["Tag"]),
        ("repository_audit", ["Who", "Action", "Subject"]),
        ("repository_unused", ["Sha256"]),
    ];

    private static readonly (string Table, string Column)[] JsonTexts =
    [
        ("sessions", "Config"), ("runs", "Clients"), ("rounds", "Plan"), ("rounds", "Combiners"), ("selections", "Clients"), ("statuses", "Sender"),
        ("validations", "Sender"), ("validations", "Receiver"), ("reported_values", "Sender"), ("repository_documents", "Document"),
    ];

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        foreach (var (table, columns) in Texts)
        {
            foreach (var column in columns)
            {
                // A name that would collide with an existing one keeps its escape.
                migrationBuilder.Sql(
                    $"""
                    UPDATE OR IGNORE {table} SET "{column}" = replace(replace("{column}", {Mark} || '0', {Replacement}), {Mark} || '1', {Mark})
                    WHERE instr("{column}", {Mark}) > 0
                    """);
            }
        }

        // JSON has an escape of its own. A pair of backslashes stands for one: it begins no other escape.
        foreach (var (table, column) in JsonTexts)
        {
            migrationBuilder.Sql(
                $"""
                UPDATE {table} SET "{column}" = replace(replace(replace("{column}", '\\', char(1)), '\u0000', '\ufffd'), char(1), '\\')
                WHERE instr("{column}", '\u0000') > 0
                """);
        }
    }
}
