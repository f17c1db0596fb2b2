// SPDX-License-Identifier: Apache-2.0

using System.Net;
using Tributary.Client.Rest;
using Tributary.Protocol.Rest;

namespace Tributary.Client.Participation;

/// <summary>The search for a combiner: asks the controller until the answer will not change by itself.</summary>
internal sealed class CombinerDiscovery(ParticipantOptions options, RetryBackoff waits)
{
    private const int TlsPort = 443;

    public async Task<Assignment> AskAsync(CancellationToken cancellationToken)
    {
        if (options.Combiner is { } combiner)
        {
            return new Assignment(combiner, options.ClientId ?? Guid.NewGuid().ToString(), "");
        }

        using var handler = RestConnection.NewHandler(options.Authorities);
        using var controller = new ControllerConnection(options.Controller!, options.Token, handler, options.AllowTokenOverHttp);
        for (var failures = 1; ; failures++)
        {
            string reason;
            try
            {
                return await AskOnceAsync(controller, cancellationToken).ConfigureAwait(false);
            }
            catch (ControllerException refused) when (IsPassing(refused.Status))
            {
                reason = refused.Message;
            }

            await waits.WaitAsync(reason, failures, cancellationToken).ConfigureAwait(false);
        }
    }

    // 203 means that the controller is not set up yet. Refusals stand until an operator changes something.
    private static bool IsPassing(HttpStatusCode? status) =>
        status is null or HttpStatusCode.NonAuthoritativeInformation or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
        || (int)status >= 500;

    private async Task<Assignment> AskOnceAsync(ControllerConnection controller, CancellationToken cancellationToken)
    {
        var request = new AddClientRequest
        {
            Name = options.Name,
            ClientId = options.ClientId,
            PreferredCombiner = options.PreferredCombiner,
            Package = "local",
        };
        var (status, answer) = await controller
            .SendJsonAsync(
                HttpMethod.Post, "clients/add", request, RestRequestJson.Default.AddClientRequest, RestResponseJson.Default.AddClientResponse, cancellationToken)
            .ConfigureAwait(false);
        if (status == HttpStatusCode.NonAuthoritativeInformation)
        {
            throw new ControllerException(status, answer.Message ?? "The controller asks to try again.");
        }

        var (host, port) = answer.Fqdn is { Length: > 0 } fqdn ? (fqdn, TlsPort) : (answer.Host, answer.Port);
        if (string.IsNullOrEmpty(host) || port is < 1 or > 65535 || string.IsNullOrEmpty(answer.ClientId))
        {
            throw new ControllerException(
                status, $"The controller assigned host '{host}', port {port}, client_id '{answer.ClientId}'; expected all three.");
        }

        var address = new UriBuilder(port == TlsPort ? Uri.UriSchemeHttps : Uri.UriSchemeHttp, host, port).Uri;
        if (!options.MaySendToken(address))
        {
            throw new ControllerException(status, $"The controller assigned the combiner at '{address}', and {TokenTransport.Expectation}.");
        }

        options.Progress?.Report(new ParticipantEvent.Assigned(address, answer.ClientId));
        return new Assignment(address, answer.ClientId, answer.HelperType ?? "");
    }
}
