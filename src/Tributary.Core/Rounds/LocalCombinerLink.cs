// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tributary.Core.Clients;
using Tributary.Core.Combiners;

namespace Tributary.Core.Rounds;

/// <summary>The link to the combiner in the controller's own process.</summary>
public sealed class LocalCombinerLink(
    RoundRunner runner,
    ValidationRequests validations,
    ClientRoster roster,
    IOptions<CombinerOptions> options,
    TimeProvider time,
    ILogger<LocalCombinerLink> logger) : ICombinerLink
{
    private readonly FileValue<string>? _certificate = options.Value.AdvertisedCertificate is { Length: > 0 } path
        ? new FileValue<string>([path], contents => new StreamReader(new MemoryStream(contents[0])).ReadToEnd(), time, logger)
        : null;

    private volatile CombinerAddress? _bound;

    public string Name => options.Value.Name;

    public CombinerAddress Address
    {
        get
        {
            var host = options.Value.AdvertisedHost;
            var port = options.Value.AdvertisedPort;
            return new CombinerAddress(host.Length > 0 ? host : _bound?.Host ?? "localhost", port > 0 ? port : _bound?.Port ?? 0)
            {
                Fqdn = options.Value.AdvertisedFqdn is { Length: > 0 } fqdn ? fqdn : null,
                Certificate = _certificate?.Current,
            };
        }
    }

    /// <summary>Sets the address of the listener, which clients are told unless another one is configured.</summary>
    public void Bound(CombinerAddress address) => _bound = address;

    public ValueTask<IReadOnlyList<ActiveClient>> ListActiveClientsAsync(CancellationToken cancellationToken) => new(roster.ListActive());

    public ValueTask<bool> IsAcceptingAsync(CancellationToken cancellationToken) => new(roster.IsAccepting);

    public Task<TrainingOutcome> TrainAsync(RoundPlan plan, RoundOrigin origin, Action handedOut, CancellationToken cancellationToken) =>
        runner.TrainAsync(plan, origin, handedOut, cancellationToken);

    public ValueTask RequestValidationAsync(ValidationPlan plan, CancellationToken cancellationToken) =>
        validations.RequestMissingAsync(plan, cancellationToken);

    public ValueTask ReleaseAsync(RoundPlan plan, CancellationToken cancellationToken) => runner.ReleaseAsync(plan, cancellationToken);

    public ValueTask WithdrawTrainingAsync(string session, CancellationToken cancellationToken)
    {
        roster.WithdrawTraining(task => task.Session == session);
        return ValueTask.CompletedTask;
    }
}
