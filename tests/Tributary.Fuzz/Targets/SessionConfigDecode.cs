// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;
using Tributary.Controller.Rest;
using Tributary.Controller.Sessions;

namespace Tributary.Fuzz.Targets;

/// <summary>The body of a new session: a configuration or a reason, never an exception.</summary>
internal static class SessionConfigDecode
{
    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        var (body, broken) = JsonText.TryParse(input.ToArray());
        if (body is null)
        {
            _ = broken ?? throw new InvalidOperationException("Neither a document nor a reason.");
            return;
        }

        using (body)
        {
            if (body.RootElement.ValueKind != JsonValueKind.Object)
            {
                return;
            }

            var (config, error) = SessionConfigReader.Read(body.RootElement);
            if (config is null != error is { Length: > 0 } || config is { RoundTimeout: double.NaN })
            {
                throw new InvalidOperationException($"{config} with {error}");
            }
        }
    }
}
