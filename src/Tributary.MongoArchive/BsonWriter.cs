// SPDX-License-Identifier: Apache-2.0

using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Tributary.Protocol.PythonJson;

namespace Tributary.MongoArchive;

/// <summary>A writer of BSON documents, one after another, into a reused buffer.</summary>
internal sealed class BsonWriter
{
    private byte[] _bytes = new byte[4096];
    private int _length;

    /// <summary>The current document; valid until the next one begins.</summary>
    public ReadOnlySpan<byte> Document => _bytes.AsSpan(0, _length);

    /// <summary>The current document as memory, for asynchronous writes.</summary>
    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, _length);

    /// <summary>Writes a document whose elements <paramref name="fill"/> adds.</summary>
    public void Write(Action<BsonWriter> fill)
    {
        _length = 0;
        Nest(fill);
    }

    public void Write(string name, string text)
    {
        Begin(BsonType.Text, name);
        WriteText(text);
    }

    public void Write(string name, bool flag)
    {
        Begin(BsonType.Flag, name);
        Take(1)[0] = flag ? (byte)1 : (byte)0;
    }

    public void Write(string name, int number)
    {
        Begin(BsonType.Int32, name);
        BinaryPrimitives.WriteInt32LittleEndian(Take(4), number);
    }

    public void Write(string name, long number)
    {
        Begin(BsonType.Int64, name);
        BinaryPrimitives.WriteInt64LittleEndian(Take(8), number);
    }

    public void Write(string name, double number)
    {
        Begin(BsonType.Double, name);
        BinaryPrimitives.WriteDoubleLittleEndian(Take(8), number);
    }

    public void Write(string name, DateTimeOffset date)
    {
        Begin(BsonType.Date, name);
        BinaryPrimitives.WriteInt64LittleEndian(Take(8), date.ToUnixTimeMilliseconds());
    }

    public void WriteObjectId(string name, ReadOnlySpan<byte> id)
    {
        Begin(BsonType.ObjectId, name);
        id.CopyTo(Take(12));
    }

    public void WriteBinary(string name, ReadOnlySpan<byte> bytes)
    {
        Begin(BsonType.Binary, name);
        BinaryPrimitives.WriteInt32LittleEndian(Take(4), bytes.Length);
        Take(1)[0] = 0;
        bytes.CopyTo(Take(bytes.Length));
    }

    /// <summary>Writes a value of a document; integers that do not fit into 64 bits become doubles.</summary>
    public void Write(string name, PythonJsonValue value)
    {
        switch (value)
        {
            case PythonJsonValue.String text:
                Write(name, text.Value);
                break;
            case PythonJsonValue.Boolean flag:
                Write(name, flag.Value);
                break;
            case PythonJsonValue.Number real:
                Write(name, real.Value);
                break;
            case PythonJsonValue.Integer whole when int.TryParse(whole.Digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var small):
                Write(name, small);
                break;
            case PythonJsonValue.Integer whole when long.TryParse(whole.Digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var large):
                Write(name, large);
                break;
            case PythonJsonValue.Integer whole:
                Write(name, double.Parse(whole.Digits, CultureInfo.InvariantCulture));
                break;
            case PythonJsonValue.Object map:
                Begin(BsonType.Map, name);
                Nest(writer =>
                {
                    foreach (var (key, item) in map.Entries)
                    {
                        writer.Write(key, item);
                    }
                });
                break;
            case PythonJsonValue.Array list:
                Begin(BsonType.List, name);
                Nest(writer =>
                {
                    for (var i = 0; i < list.Items.Count; i++)
                    {
                        writer.Write(i.ToString(CultureInfo.InvariantCulture), list.Items[i]);
                    }
                });
                break;
            default:
                Begin(BsonType.Null, name);
                break;
        }
    }

    private void Nest(Action<BsonWriter> fill)
    {
        var start = _length;
        Take(4);
        fill(this);
        Take(1)[0] = 0;
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(start), _length - start);
    }

    private void Begin(BsonType type, string name)
    {
        if (name.Contains('\0', StringComparison.Ordinal))
        {
            throw new BsonException($"the name '{name.Replace('\0', '?')}' holds a null character, which BSON has no room for");
        }

        Take(1)[0] = (byte)type;
        WriteZeroEnded(name);
    }

    private void WriteText(string text)
    {
        BinaryPrimitives.WriteInt32LittleEndian(Take(4), Encoding.UTF8.GetByteCount(text) + 1);
        WriteZeroEnded(text);
    }

    private void WriteZeroEnded(string text)
    {
        Encoding.UTF8.GetBytes(text, Take(Encoding.UTF8.GetByteCount(text)));
        Take(1)[0] = 0;
    }

    private Span<byte> Take(int count)
    {
        if (_bytes.Length - _length < count)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
        }

        _length += count;
        return _bytes.AsSpan(_length - count, count);
    }
}
