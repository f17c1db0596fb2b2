// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Tributary.Core.Clients;
using Tributary.Core.Combiners;
using Tributary.Core.Rounds;

namespace Tributary.Combiner.Tasks;

/// <summary>The service that restores at a start the clients that are expected back and the validations that are still due.</summary>
internal sealed class CombinerStartup(
    ClientRoster roster, IClientStore clients, ValidationRequests validations, IOptions<CombinerOptions> options) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        roster.Expect(await clients.SetAllOfflineAsync(options.Value.Name, cancellationToken));
        await validations.ResumeAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
