// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Text;

namespace Tributary.Repository.Documents;

/// <summary>Writes JSON as the original does: compact, only what must be escaped is, fractions as Python prints them.</summary>
internal static class LooseWriter
{
    public static string Write(LooseValue value)
    {
        var output = new StringBuilder();
        Write(output, value);
        return output.ToString();
    }

    public static void Write(StringBuilder output, LooseValue value)
    {
        switch (value)
        {
            case LooseValue.Flag flag:
                output.Append(flag.Value ? "true" : "false");
                break;
            case LooseValue.Whole whole:
                output.Append(whole.Digits);
                break;
            case LooseValue.Real real:
                output.Append(PythonNumber.Print(real.Value));
                break;
            case LooseValue.Text text:
                Write(output, text.Value);
                break;
            case LooseValue.List list:
                WriteList(output, list.Items);
                break;
            case LooseValue.Map map:
                WriteMap(output, map);
                break;
            default:
                output.Append("null");
                break;
        }
    }

    private static void WriteList(StringBuilder output, IReadOnlyList<LooseValue> items)
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

    private static void WriteMap(StringBuilder output, LooseValue.Map map)
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
