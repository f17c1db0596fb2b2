// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Text;

namespace Tributary.Protocol.PythonJson;

/// <summary>A writer of JSON as the original writes it: compact, with minimal escaping, and floats as Python prints them.</summary>
public static class PythonJsonWriter
{
    public static string Write(PythonJsonValue value)
    {
        var output = new StringBuilder();
        Write(output, value);
        return output.ToString();
    }

    public static void Write(StringBuilder output, PythonJsonValue value)
    {
        switch (value)
        {
            case PythonJsonValue.Boolean flag:
                output.Append(flag.Value ? "true" : "false");
                break;
            case PythonJsonValue.Integer whole:
                output.Append(whole.Digits);
                break;
            case PythonJsonValue.Number real:
                output.Append(PythonNumber.Print(real.Value));
                break;
            case PythonJsonValue.String text:
                Write(output, text.Value);
                break;
            case PythonJsonValue.Array list:
                WriteList(output, list.Items);
                break;
            case PythonJsonValue.Object map:
                WriteMap(output, map);
                break;
            default:
                output.Append("null");
                break;
        }
    }

    private static void WriteList(StringBuilder output, IReadOnlyList<PythonJsonValue> items)
    {
        output.Append('[');
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
            {
                output.Append(',');
            }

            Write(output, items[i]);
        }

        output.Append(']');
    }

    private static void WriteMap(StringBuilder output, PythonJsonValue.Object map)
    {
        output.Append('{');
        var first = true;
        foreach (var (key, item) in map.Entries)
        {
            if (!first)
            {
                output.Append(',');
            }

            first = false;
            Write(output, key);
            output.Append(':');
            Write(output, item);
        }

        output.Append('}');
    }

    private static void Write(StringBuilder output, string text)
    {
        output.Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => output.Append("\\\""),
                '\\' => output.Append("\\\\"),
                '\n' => output.Append("\\n"),
                '\r' => output.Append("\\r"),
                '\t' => output.Append("\\t"),
                '\b' => output.Append("\\b"),
                '\f' => output.Append("\\f"),
                < ' ' => output.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => output.Append(c),
            };
        }

        output.Append('"');
    }
}
