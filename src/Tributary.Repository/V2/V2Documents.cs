// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Tributary.Core.Repository;
using Tributary.Protocol.PythonJson;
using Tributary.Repository.Integration;
using Tributary.Repository.Rest;

namespace Tributary.Repository.V2;

/// <summary>The format in which version 2 shows stored data.</summary>
internal static class V2Documents
{
    /// <summary>The field of a stored document that holds its lineage; callers of the original are not shown it.</summary>
    public const string Lineage = TrainingResults.LineageField;

    public static PythonJsonValue.Object OfEntry(CollectionTraits traits, RepositoryEntry entry)
    {
        var document = traits.ToDocument(entry, isComplete: true);
        var shown = new PythonJsonValue.Object
        {
            Entries =
            {
                ["key"] = new PythonJsonValue.Array([.. traits.KeyFields.Select(f => document.Entries[f])]),
                ["document"] = document,
                ["tags"] = new PythonJsonValue.Array([.. entry.Tags.Select(t => new PythonJsonValue.String(t))]),
            },
        };
        if (entry.Kind == RepositoryKind.Model)
        {
            shown.Entries["stage"] = Text(entry.Stage);
        }

        return shown;
    }

    /// <summary>Returns an entry with its file and its lineage: the model that a training began with, and what was recorded.</summary>
    public static PythonJsonValue.Object OfEntry(CollectionTraits traits, RepositoryEntry entry, RepositoryFile? file)
    {
        var shown = OfEntry(traits, entry);
        shown.Entries["file"] = file is null ? PythonJsonValue.Null.Instance : OfFile(file);
        var lineage = new PythonJsonValue.Object();
        if (entry.Kind == RepositoryKind.TrainingResult)
        {
            lineage.Entries["begun_with"] = new PythonJsonValue.Array([.. ((PythonJsonValue.Array)shown.Entries["key"]).Items.Take(traits.ModelFields)]);
        }

        if (((PythonJsonValue.Object)PythonJsonReader.Read(entry.Document)).Entries.GetValueOrDefault(Lineage) is PythonJsonValue.Object recorded)
        {
            foreach (var (name, value) in recorded.Entries)
            {
                lineage.Entries[name] = value;
            }
        }

        shown.Entries[Lineage] = lineage;
        return shown;
    }

    public static PythonJsonValue.Object OfFile(RepositoryFile file) => new()
    {
        Entries =
        {
            ["id"] = new PythonJsonValue.String(file.Id),
            ["name"] = new PythonJsonValue.String(file.Name),
            ["training_id"] = Text(file.TrainingId),
            ["length"] = new PythonJsonValue.Integer(file.Length.ToString(CultureInfo.InvariantCulture)),
            ["sha256"] = new PythonJsonValue.String(file.Sha256),
            ["uploaded_at"] = Time(file.UploadedAt),
            ["owner"] = Text(file.Annotations.Owner),
            ["signature"] = OfSignature(file.Annotations.Signature),
            ["scan"] = file.Annotations.Scan is { } scan ? PythonJsonReader.Read(scan) : PythonJsonValue.Null.Instance,
        },
    };

    public static PythonJsonValue.Object OfAudit(AuditRecord record) => new()
    {
        Entries =
        {
            ["at"] = Time(record.At),
            ["who"] = new PythonJsonValue.String(record.Who),
            ["action"] = new PythonJsonValue.String(record.Action),
            ["subject"] = new PythonJsonValue.String(record.Subject),
        },
    };

    private static PythonJsonValue OfSignature(string? signature) => signature?.Split(':', 2) is [var key, var value]
        ? new PythonJsonValue.Object { Entries = { ["key"] = new PythonJsonValue.String(key), ["value"] = new PythonJsonValue.String(value) } }
        : PythonJsonValue.Null.Instance;

    private static PythonJsonValue Text(string? text) => text is null ? PythonJsonValue.Null.Instance : new PythonJsonValue.String(text);

    private static PythonJsonValue.String Time(DateTimeOffset at) => new(at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
}
