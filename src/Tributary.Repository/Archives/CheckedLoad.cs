// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Models;
using Tributary.Core.Repository;
using Tributary.Repository.Catalog;
using Tributary.Repository.Documents;
using Tributary.Repository.Rest;

namespace Tributary.Repository.Archives;

/// <summary>A load that takes only what a call of the interface could have stored: whoever made a dump may have written anything into it.</summary>
public sealed class CheckedLoad(RepositoryLoad load) : RepositoryLoad
{
    private const int FileIdDigits = 24;

    /// <inheritdoc/>
    public override ValueTask<bool> AddEntryAsync(RepositoryEntry entry, CancellationToken cancellationToken) =>
        FindFault(entry) is { } fault ? throw new InvalidDataException($"the {Name(entry.Kind)} {fault}") : load.AddEntryAsync(entry, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<bool> AddFileAsync(RepositoryFile file, CancellationToken cancellationToken) =>
        FindFault(file) is { } fault ? throw new InvalidDataException($"the file {fault}") : load.AddFileAsync(file, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<ModelData> AddContentAsync(Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken) =>
        load.AddContentAsync(write, cancellationToken);

    private static string Name(RepositoryKind kind) => CollectionTraits.Of(kind).Schema.Name;

    private static string? FindFault(RepositoryEntry entry)
    {
        LooseValue value;
        try
        {
            value = LooseReader.Read(entry.Document);
        }
        catch (FormatException error)
        {
            return $"is no JSON that can be kept: {error.Message}";
        }

        if (value is not LooseValue.Map document)
        {
            return "is no object";
        }

        var traits = CollectionTraits.Of(entry.Kind);
        var problems = new List<Problem>();
        if (traits.Schema.Read(document, Place.Body, problems) is not LooseValue.Map read)
        {
            return string.Join("; ", problems.Select(p => p.Describe()));
        }

        // A POST keeps values of the schema's types, also where it takes in others.
        return read.Entries.FirstOrDefault(f => document.Entries.TryGetValue(f.Key, out var kept) && LooseWriter.Write(kept) != LooseWriter.Write(f.Value)).Key is { } other
                ? $"has a field {other} of another type, or with other fields, than the interface keeps"
            : traits.KeyOf(read) != entry.Key ? $"has a key that is not that of its fields {string.Join(", ", traits.KeyFields)}"
            : traits.ModelOf(read) != entry.Model ? "has a model that is not that of its fields"
            : CatalogWords.FindFault(entry.Tags) is { } tags ? $"has wrong tags: {tags}"
            : entry.Stage is { } stage && (entry.Kind != RepositoryKind.Model || !CatalogWords.IsWord(stage)) ? "has a stage, which only models have, or a wrong one"
            : null;
    }

    private static string? FindFault(RepositoryFile file) =>
        file.Id.Length != FileIdDigits || !file.Id.All(char.IsAsciiHexDigitLower) ? $"has an id that is not {FileIdDigits} hexadecimal digits"
        : file.UploadedAt.Ticks % TimeSpan.TicksPerMillisecond != 0 ? "has an uploaded_at of parts of milliseconds"
        : file.Notes.Signature is { } signature && !IsSignature(signature) ? "has a signature that is not the name of a key and base64 with a colon between"
        : null;

    private static bool IsSignature(string text) =>
        text.Split(':', 2) is [{ Length: > 0 }, { Length: > 0 } value] && Convert.TryFromBase64String(value, new byte[value.Length], out _);
}
