// SPDX-License-Identifier: Apache-2.0

using System.Text;
using Tributary.Rpc;

namespace Tributary.Fuzz.Targets;

/// <summary>Header values of gRPC: time-outs, messages and metadata of a stranger. What is read can be written and read again.</summary>
internal static class RpcTextDecode
{
    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        var text = Encoding.Latin1.GetString(input);
        if (TimeoutEncoding.TryDecode(text, out var timeout) && (timeout < TimeSpan.Zero || !TimeoutEncoding.TryDecode(TimeoutEncoding.Encode(timeout), out _)))
        {
            throw new InvalidOperationException($"The time-out '{text}' is read as {timeout}.");
        }

        var message = PercentEncoding.Decode(text);
        var again = PercentEncoding.Decode(PercentEncoding.Encode(message, int.MaxValue));
        if (message != again)
        {
            throw new InvalidOperationException($"The message '{message}' comes back as '{again}'.");
        }

        foreach (var key in new[] { "fuzz", "fuzz-bin" })
        {
            try
            {
                MetadataEncoding.Decode(new RpcMetadata(), key, text);
            }
            catch (RpcException)
            {
            }
        }
    }
}
