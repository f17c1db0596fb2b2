// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Repository.Documents;

/// <summary>A field of a document.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it may hold.</param>
internal sealed record Field(string Name, FieldType Type)
{
    public bool IsRequired { get; init; }

    /// <summary>What it holds when it is not given. A field whose default is null may also be given as null.</summary>
    public LooseValue Default { get; init; } = LooseValue.Null.Instance;
}

/// <summary>The fields of a document in the order in which they are checked and returned; others are dropped.</summary>
internal sealed class DocumentSchema(string name, params IReadOnlyList<Field> fields) : FieldType
{
    public string Name { get; } = name;

    public IReadOnlyList<Field> Fields { get; } = fields;

    public override LooseValue.Map Describe() =>
        new() { Entries = { ["$ref"] = new LooseValue.Text($"#/components/schemas/{Name}") } };

    public override LooseValue? Read(LooseValue value, Place place, List<Problem> problems)
    {
        if (ToMap(value) is not { } map)
        {
            problems.Add(Problem.NoMap(place));
            return null;
        }

        var result = new LooseValue.Map();
        var before = problems.Count;
        foreach (var field in Fields)
        {
            var given = map.Entries.GetValueOrDefault(field.Name);
            if (given is null && field.IsRequired)
            {
                problems.Add(Problem.Missing(place.At(field.Name)));
            }
            else if (given is LooseValue.Null && (field.IsRequired || field.Default is not LooseValue.Null))
            {
                problems.Add(Problem.Null(place.At(field.Name)));
            }
            else if (given is null or LooseValue.Null)
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
