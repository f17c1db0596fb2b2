// SPDX-License-Identifier: Apache-2.0

using System.Text;
using Tributary.Core.Repository;
using Tributary.Protocol.PythonJson;

namespace Tributary.MongoArchive.Tests;

public sealed class BsonTests
{
    [Fact]
    public void BsonWriter_ValuesOfAllKinds_AreReadBack()
    {
        var document = """{"a":"ü","b":[1,-2147483649,1.5,null,true,{"c":{}}],"d":1e+300,"e":0.0}""";
        var value = (PythonJsonValue.Object)PythonJsonReader.Read(document);
        var writer = new BsonWriter();
        writer.Write(d => d.Write("id", "t"));
        writer.Write(d =>
        {
            d.Write("unknown", 7);
            d.Write("id", "t");
            d.Write("default_values", value);
        });

        var entry = BsonDocuments.Read(writer.Document, RepositoryKind.Transformation, new AsIs());

        Assert.Equal($$"""{"id":"t","default_values":{{document}}}""", entry.Document);
        Assert.Equal(writer.Document.Length, BitConverter.ToInt32(writer.Document));
        Assert.Contains("ü", Encoding.UTF8.GetString(writer.Document), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_DocumentThatTheRepositoryRefuses_HasTheReason()
    {
        var writer = new BsonWriter();
        writer.Write(d => d.Write("default_values", 1));

        var error = Assert.Throws<BsonException>(() => { BsonDocuments.Read(writer.Document, RepositoryKind.Transformation, new AsIs()); });

        Assert.Equal("there is no id", error.Message);
    }

    /// <summary>Documents with an id and values, kept as they are.</summary>
    private sealed class AsIs : IDocumentMapping
    {
        public bool HasField(RepositoryKind kind, string name) => name is "id" or "default_values";

        public (RepositoryEntry? Entry, string? Fault) ToEntry(RepositoryKind kind, PythonJsonValue.Object document) =>
            document.Entries.ContainsKey("id")
                ? (new RepositoryEntry { Kind = kind, Key = RepositoryKey.Of("t"), Document = PythonJsonWriter.Write(document) }, null)
                : (null, "there is no id");

        public PythonJsonValue.Object ToDocument(RepositoryEntry entry) => (PythonJsonValue.Object)PythonJsonReader.Read(entry.Document);
    }
}
