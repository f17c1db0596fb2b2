// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Samples.Digits.Demo;

/// <summary>A running server; disposing it stops the server.</summary>
/// <param name="Controller">The address of the controller.</param>
/// <param name="Repository">The address of the repository.</param>
/// <param name="Lifetime">The object that stops the server when it is disposed.</param>
public sealed record DemoServer(Uri Controller, Uri Repository, IAsyncDisposable Lifetime) : IAsyncDisposable
{
    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Lifetime.DisposeAsync();
}
