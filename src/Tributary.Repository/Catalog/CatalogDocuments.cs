// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Tributary.Core.Repository;
using Tributary.Repository.Documents;
using Tributary.Repository.Rest;

namespace Tributary.Repository.Catalog;

/// <summary>How version 2 shows what is stored.</summary>
internal static class CatalogDocuments
{
    /// <summary>The field of a stored document that tells where it came from; callers of the original are not shown it.</summary>
    public const string Lineage = TrainingResults.LineageField;

    public static LooseValue.Map OfEntry(CollectionTraits traits, RepositoryEntry entry)
    {
        var document = traits.ToDocument(entry, isComplete: true);
        var shown = new LooseValue.Map
        {
            Entries =
            {
                ["key"] = new LooseValue.List([.. traits.KeyFields.Select(f => document.Entries[f])]),
                ["document"] = document,
                ["tags"] = new LooseValue.List([.. entry.Tags.Select(t => new LooseValue.Text(t))]),
            },
        };
        if (entry.Kind == RepositoryKind.Model)
        {
            shown.Entries["stage"] = Text(entry.Stage);
        }

        return shown;
    }

    /// <summary>Besides, its file, and where it came from: the model that a training began with, and what whoever stored it has recorded.</summary>
    public static LooseValue.Map OfEntry(CollectionTraits traits, RepositoryEntry entry, RepositoryFile? file)
    {
        var shown = OfEntry(traits, entry);
        shown.Entries["file"] = file is null ? LooseValue.Null.Instance : OfFile(file);
        var lineage = new LooseValue.Map();
        if (entry.Kind == RepositoryKind.TrainingResult)
        {
            lineage.Entries["begun_with"] = new LooseValue.List([.. ((LooseValue.List)shown.Entries["key"]).Items.Take(traits.ModelFields)]);
        }

        if (((LooseValue.Map)LooseReader.Read(entry.Document)).Entries.GetValueOrDefault(Lineage) is LooseValue.Map recorded)
        {
            foreach (var (name, value) in recorded.Entries)
            {
                lineage.Entries[name] = value;
            }
        }

        shown.Entries[Lineage] = lineage;
        return shown;
    }

    public static LooseValue.Map OfFile(RepositoryFile file) => new()
    {
        Entries =
        {
            ["id"] = new LooseValue.Text(file.Id),
            ["name"] = new LooseValue.Text(file.Name),
            ["training_id"] = Text(file.TrainingId),
            ["length"] = new LooseValue.Whole(file.Length.ToString(CultureInfo.InvariantCulture)),
            ["sha256"] = new LooseValue.Text(file.Sha256),
            ["uploaded_at"] = Time(file.UploadedAt),
            ["owner"] = Text(file.Notes.Owner),
            ["signature"] = OfSignature(file.Notes.Signature),
            ["scan"] = file.Notes.Scan is { } scan ? LooseReader.Read(scan) : LooseValue.Null.Instance,
        },
    };

    public static LooseValue.Map OfAudit(AuditRecord record) => new()
    {
        Entries =
        {
            ["at"] = Time(record.At),
            ["who"] = new LooseValue.Text(record.Who),
            ["action"] = new LooseValue.Text(record.Action),
            ["subject"] = new LooseValue.Text(record.Subject),
        },
    };

    private static LooseValue OfSignature(string? signature) => signature?.Split(':', 2) is [var key, var value]
        ? new LooseValue.Map { Entries = { ["key"] = new LooseValue.Text(key), ["value"] = new LooseValue.Text(value) } }
        : LooseValue.Null.Instance;

    private static LooseValue Text(string? text) => text is null ? LooseValue.Null.Instance : new LooseValue.Text(text);

    private static LooseValue.Text Time(DateTimeOffset at) => new(at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
}
