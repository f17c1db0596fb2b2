// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Tributary.Core.Repository;
using Tributary.Protocol.PythonJson;

namespace Tributary.MongoArchive;

/// <summary>The conversion of BSON to documents of the repository, with the same checks as a POST of the document.</summary>
internal static class BsonDocuments
{
    /// <summary>The maximum depth at which a document can be nested and still be read back as JSON.</summary>
    private const int MaxDepth = 60;

    /// <exception cref="BsonException">The document is not of the given kind.</exception>
    public static RepositoryEntry Read(ReadOnlySpan<byte> document, RepositoryKind kind, IDocumentMapping documents)
    {
        var wanted = new PythonJsonValue.Object();
        var reader = new BsonReader(document);
        while (reader.Read())
        {
            var name = reader.Name;
            if (documents.HasField(kind, name))
            {
                wanted.Entries[name] = ReadValue(ref reader, 0);
            }
        }

        var (entry, fault) = documents.ToEntry(kind, wanted);
        return entry ?? throw new BsonException(fault ?? "it cannot be kept");
    }

    private static PythonJsonValue ReadValue(ref BsonReader element, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new BsonException($"'{element.Name}' is nested deeper than {MaxDepth}");
        }

        return element.Type switch
        {
            BsonType.Null or BsonType.Undefined => PythonJsonValue.Null.Instance,
            BsonType.Text => new PythonJsonValue.String(element.AsText()),
            BsonType.Double => new PythonJsonValue.Number(element.AsDouble()),
            BsonType.Flag => new PythonJsonValue.Boolean(element.AsFlag()),
            BsonType.Int32 or BsonType.Int64 => new PythonJsonValue.Integer(element.AsInteger().ToString(CultureInfo.InvariantCulture)),
            BsonType.ObjectId => new PythonJsonValue.String(element.AsObjectId()),
            BsonType.Date => new PythonJsonValue.String(element.AsDate().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)),
            BsonType.Map => ReadMap(element.Value, depth),
            BsonType.List => new PythonJsonValue.Array([.. ReadMap(element.Value, depth).Entries.Values]),
            _ => throw new BsonException($"'{element.Name}' is of the type {(byte)element.Type}, which no document of the repository holds"),
        };
    }

    private static PythonJsonValue.Object ReadMap(ReadOnlySpan<byte> document, int depth)
    {
        var map = new PythonJsonValue.Object();
        var reader = new BsonReader(document);
        while (reader.Read())
        {
            map.Entries[reader.Name] = ReadValue(ref reader, depth + 1);
        }

        return map;
    }
}
