// SPDX-License-Identifier: Apache-2.0

using System.Globalization;

namespace Tributary.MongoArchive;

/// <summary>The record of a GridFS file.</summary>
internal sealed record GridFile(string Id, string Name, string? TrainingId, long Length, DateTimeOffset UploadedAt)
{
    /// <exception cref="BsonException">The document is not the record of a file.</exception>
    public static GridFile Read(ReadOnlySpan<byte> document)
    {
        string? id = null, name = null, training = null;
        long? length = null;
        DateTimeOffset? uploadedAt = null;
        var reader = new BsonReader(document);
        while (reader.Read())
        {
            switch (reader.Name)
            {
                case "_id":
                    id = reader.AsObjectId();
                    break;
                case "filename":
                    name = reader.AsText();
                    break;
                case "training_id" when reader.Type != BsonType.Null:
                    training = reader.Type == BsonType.Text ? reader.AsText() : reader.AsInteger().ToString(CultureInfo.InvariantCulture);
                    break;
                case "length":
                    length = reader.AsInteger();
                    break;
                case "uploadDate":
                    uploadedAt = reader.AsDate();
                    break;
            }
        }

        return id is not null && name is not null && length is >= 0 && uploadedAt is { } at
            ? new GridFile(id, name, training, length.Value, at)
            : throw new BsonException("a file needs '_id', 'filename', 'length' of at least 0 and 'uploadDate'");
    }
}
