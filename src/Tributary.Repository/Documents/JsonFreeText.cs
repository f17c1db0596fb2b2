// SPDX-License-Identifier: Apache-2.0

using Tributary.Core;
using Tributary.Protocol.PythonJson;

namespace Tributary.Repository.Documents;

/// <summary>The handling of null characters in a document's text, which JSON writes as an escape sequence.</summary>
internal static class JsonFreeText
{
    private const string NullEscape = @"\u0000";

    /// <summary>Returns true when a JSON text may hold a null character; an escaped backslash before <c>u0000</c> looks the same.</summary>
    public static bool MayHoldNull(string json) => json.Contains(NullEscape, StringComparison.Ordinal);

    /// <summary>Returns the document with its strings and keys passed through <see cref="FreeText.Clean"/>.</summary>
    public static PythonJsonValue.Object Clean(PythonJsonValue.Object document)
    {
        var result = new PythonJsonValue.Object();
        foreach (var (key, value) in document.Entries)
        {
            result.Entries[FreeText.Clean(key)] = Clean(value);
        }

        return result;
    }

    private static PythonJsonValue Clean(PythonJsonValue value) => value switch
    {
        PythonJsonValue.String text => new PythonJsonValue.String(FreeText.Clean(text.Value)),
        PythonJsonValue.Array list => new PythonJsonValue.Array([.. list.Items.Select(Clean)]),
        PythonJsonValue.Object map => Clean(map),
        _ => value,
    };
}
