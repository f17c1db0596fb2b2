// SPDX-License-Identifier: Apache-2.0
namespace Tributary.Numerics.Formats.Zip;

/// <summary>The encoding of zip names without the UTF-8 flag.</summary>
internal static class CodePage437
{
    private const string UpperHalf =
        "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐"
        + "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00A0";

    public static string Decode(ReadOnlySpan<byte> bytes) => string.Create(bytes.Length, bytes, static (text, source) =>
    {
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = source[i] < 0x80 ? (char)source[i] : UpperHalf[source[i] - 0x80];
        }
    });
}
