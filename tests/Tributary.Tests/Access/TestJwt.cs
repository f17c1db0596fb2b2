// SPDX-License-Identifier: Apache-2.0

using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Tributary.Tests.Access;

/// <summary>JSON web tokens made by hand, so that they can also be what no library makes.</summary>
internal static class TestJwt
{
    public const string Secret = "a secret of more than thirty-two bytes";

    /// <summary>A token with claims, signed with HS256 and the secret.</summary>
    public static string Of(params IEnumerable<(string Name, JsonNode? Value)> claims) => Signed("HS256", Payload(claims), input => HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), input));

    public static string Payload(IEnumerable<(string Name, JsonNode? Value)> claims) =>
        new JsonObject(claims.Select(c => KeyValuePair.Create(c.Name, c.Value))).ToJsonString();

    public static string Signed(string algorithm, string payload, Func<byte[], byte[]> sign, string? keyId = null)
    {
        var header = new JsonObject { ["alg"] = algorithm, ["typ"] = "JWT" };
        if (keyId is not null)
        {
            header["kid"] = keyId;
        }

        var input = $"{Encode(Encoding.UTF8.GetBytes(header.ToJsonString()))}.{Encode(Encoding.UTF8.GetBytes(payload))}";
        return $"{input}.{Encode(sign(Encoding.ASCII.GetBytes(input)))}";
    }

    public static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
