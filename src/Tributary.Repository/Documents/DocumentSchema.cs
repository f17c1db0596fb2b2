// SPDX-License-Identifier: Apache-2.0

using Tributary.Protocol.PythonJson;

namespace Tributary.Repository.Documents;

/// <summary>A field of a document.</summary>
/// <param name="Name">The name of the field.</param>
/// <param name="Type">The type of the field's value.</param>
internal sealed record Field(string Name, SchemaType Type)
{
    public bool IsRequired { get; init; }

    /// <summary>The value of the field when it is absent. A field whose default is null may also be given as null.</summary>
    public PythonJsonValue Default { get; init; } = PythonJsonValue.Null.Instance;
}

/// <summary>The fields of a document in the order in which they are checked and returned; all others are dropped.</summary>
internal sealed class DocumentSchema(string name, params IReadOnlyList<Field> fields) : SchemaType
{
    public string Name { get; } = name;

    public IReadOnlyList<Field> Fields { get; } = fields;

    public override PythonJsonValue.Object Describe() =>
        new() { Entries = { ["$ref"] = new PythonJsonValue.String($"#/components/schemas/{Name}") } };

    public override PythonJsonValue? Read(PythonJsonValue value, ErrorLocation place, List<ValidationError> problems)
    {
        if (ToObject(value) is not { } map)
        {
            problems.Add(ValidationError.NotObject(place));
            return null;
        }

        var result = new PythonJsonValue.Object();
        var before = problems.Count;
        foreach (var field in Fields)
        {
            var given = map.Entries.GetValueOrDefault(field.Name);
            if (given is null && field.IsRequired)
            {
                problems.Add(ValidationError.Missing(place.At(field.Name)));
            }
            else if (given is PythonJsonValue.Null && (field.IsRequired || field.Default is not PythonJsonValue.Null))
            {
                problems.Add(ValidationError.Null(place.At(field.Name)));
            }
            else if (given is null or PythonJsonValue.Null)
            {
                result.Entries[field.Name] = field.Default;
            }
            else if (field.Type.Read(given, place.At(field.Name), problems) is { } kept)
            {
                result.Entries[field.Name] = kept;
            }
        }

        return problems.Count == before ? result : null;
    }
}
