// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Tests.Client;

/// <summary>Tests against a real server of their own.</summary>
public abstract class ServerTests : IAsyncLifetime
{
    private protected ServerHost Server { get; private set; } = null!;

    protected ControllerClient Controller { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await ServerHost.StartAsync();
        Controller = Server.Client();
    }

    public virtual async ValueTask DisposeAsync()
    {
        Controller.Dispose();
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
