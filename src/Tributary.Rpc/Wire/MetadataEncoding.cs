// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Rpc;

/// <summary>The encoding of metadata as HTTP headers.</summary>
internal static class MetadataEncoding
{
    /// <summary>Returns the header value of an entry; bytes become base64 without padding.</summary>
    public static string Encode(RpcMetadataEntry entry) => entry.Text ?? Convert.ToBase64String(entry.Bytes.Span).TrimEnd('=');

    /// <summary>Adds a header to metadata unless it belongs to the protocol. A peer may have joined byte values with commas.</summary>
    public static void Decode(RpcMetadata metadata, string name, string value)
    {
        var key = name.ToLowerInvariant();
        if (key.StartsWith(':') || key is RpcHeaders.Status or RpcHeaders.Message or RpcHeaders.Timeout or RpcHeaders.Encoding
            or RpcHeaders.AcceptEncoding or "content-type" or "content-length" or "te" or "host")
        {
            return;
        }

        if (!RpcMetadata.IsBinary(key))
        {
            metadata.AddUnchecked(new RpcMetadataEntry(key, value, default));
            return;
        }

        foreach (var range in value.AsSpan().Split(','))
        {
            metadata.AddUnchecked(new RpcMetadataEntry(key, null, DecodeBytes(key, value.AsSpan(range).Trim(' '))));
        }
    }

    private static byte[] DecodeBytes(string key, ReadOnlySpan<char> text)
    {
        var padded = new string(text) + ((text.Length % 4) switch { 2 => "==", 3 => "=", _ => "" });
        var bytes = new byte[padded.Length / 4 * 3];
        return Convert.TryFromBase64String(padded, bytes, out var length)
            ? bytes[..length]
            : throw new RpcException(RpcStatusCode.Internal, $"The metadata value of '{key}' is not base64");
    }
}
