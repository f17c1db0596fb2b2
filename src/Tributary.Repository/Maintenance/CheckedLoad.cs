// SPDX-License-Identifier: Apache-2.0

using Tributary.Core;
using Tributary.Core.Models;
using Tributary.Core.Repository;
using Tributary.Protocol.PythonJson;
using Tributary.Repository.Documents;
using Tributary.Repository.Rest;
using Tributary.Repository.V2;

namespace Tributary.Repository.Maintenance;

/// <summary>A load that accepts only what a request could have stored: the author of a dump may have written anything into it.</summary>
/// <param name="load">The load that receives the accepted data.</param>
/// <param name="maxDocumentBytes">The maximum length of a document in a request, in bytes.</param>
public sealed class CheckedLoad(RepositoryLoad load, int maxDocumentBytes) : RepositoryLoad
{
    private const int FileIdDigits = 24;

    /// <summary>The most that a path can give a file as its name.</summary>
    private const int MaxFileNameCharacters = 8192;

    // A stored document can be longer than a request: defaults are added, numbers are written out, and fields come from several requests.
    private readonly long _maxCharacters = 2L * maxDocumentBytes;

    public override ValueTask<bool> AddEntryAsync(RepositoryEntry entry, CancellationToken cancellationToken) =>
        FindFault(entry) is { } fault
            ? throw new InvalidDataException($"the {Name(entry.Kind)} {fault}")
            : load.AddEntryAsync(Clean(entry), cancellationToken);

    public override ValueTask<bool> AddFileAsync(RepositoryFile file, CancellationToken cancellationToken) =>
        FindFault(file) is { } fault
            ? throw new InvalidDataException($"the file {fault}")
            : load.AddFileAsync(file, cancellationToken);

    public override ValueTask<ModelData> AddContentAsync(Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken) =>
        load.AddContentAsync(write, cancellationToken);

    private static RepositoryEntry Clean(RepositoryEntry entry) =>
        JsonFreeText.MayHoldNull(entry.Document)
            ? entry with { Document = PythonJsonWriter.Write(JsonFreeText.Clean((PythonJsonValue.Object)PythonJsonReader.Read(entry.Document))) }
            : entry;

    private static string Name(RepositoryKind kind) => CollectionTraits.Of(kind).Schema.Name;

    private string? FindFault(RepositoryEntry entry)
    {
        if (entry.Document.Length > _maxCharacters)
        {
            return FormattableString.Invariant(
                $"has {entry.Document.Length} characters; expected {_maxCharacters} at most, twice Repository:MaxDocumentBytes");
        }

        PythonJsonValue value;
        try
        {
            value = PythonJsonReader.Read(entry.Document);
        }
        catch (FormatException error)
        {
            return $"is no JSON that can be kept: {error.Message}";
        }

        if (value is not PythonJsonValue.Object document)
        {
            return "is no object";
        }

        var traits = CollectionTraits.Of(entry.Kind);
        var problems = new List<ValidationError>();
        if (traits.Schema.Read(document, ErrorLocation.Body, problems) is not PythonJsonValue.Object read)
        {
            return string.Join("; ", problems.Select(p => p.Describe()));
        }

        // A POST stores values of the schema's types, even where it accepts others.
        foreach (var (name, wanted) in read.Entries)
        {
            if (document.Entries.TryGetValue(name, out var kept) && PythonJsonWriter.Write(kept) != PythonJsonWriter.Write(wanted))
            {
                return $"has a field {name} of another type, or with other fields, than the interface keeps";
            }
        }

        if (traits.KeyOf(read) != entry.Key)
        {
            return $"has a key that is not that of its fields {string.Join(", ", traits.KeyFields)}";
        }

        if (traits.ModelOf(read) != entry.Model)
        {
            return "has a model that is not that of its fields";
        }

        if (TagWords.FindFault(entry.Tags) is { } tags)
        {
            return $"has wrong tags: {tags}";
        }

        return entry.Stage is { } stage && (entry.Kind != RepositoryKind.Model || !TagWords.IsWord(stage))
            ? "has a stage, which only models have, or a wrong one"
            : null;
    }

    private static string? FindFault(RepositoryFile file)
    {
        if (file.Id.Length != FileIdDigits || !file.Id.All(char.IsAsciiHexDigitLower))
        {
            return $"has an id that is not {FileIdDigits} hexadecimal digits";
        }

        if (file.UploadedAt.Ticks % TimeSpan.TicksPerMillisecond != 0)
        {
            return "has an uploaded_at of parts of milliseconds";
        }

        if (file.Name.Length > MaxFileNameCharacters || file.TrainingId?.Length > SchemaType.MaxShortCharacters)
        {
            return FormattableString.Invariant(
                $"has a name or a training_id of {file.Name.Length} and {file.TrainingId?.Length ?? 0} characters; expected at most {MaxFileNameCharacters} and {SchemaType.MaxShortCharacters}");
        }

        if (FreeText.HoldsNull(file.Name) || FreeText.HoldsNull(file.TrainingId))
        {
            return $"has a name or a training_id that {FreeText.NameFault}";
        }

        return file.Annotations.Signature is { } signature && !IsSignature(signature)
            ? "has a signature that is not the name of a key and base64 with a colon between"
            : null;
    }

    private static bool IsSignature(string text) =>
        text.Split(':', 2) is [{ Length: > 0 }, { Length: > 0 } value] && Convert.TryFromBase64String(value, new byte[value.Length], out _);
}
