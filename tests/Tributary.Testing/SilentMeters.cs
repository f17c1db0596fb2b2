// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics.Metrics;

namespace Tributary.Testing;

/// <summary>A factory of meters that nothing listens to.</summary>
public sealed class SilentMeters : IMeterFactory
{
    private SilentMeters()
    {
    }

    public static SilentMeters Instance { get; } = new();

    public Meter Create(MeterOptions options) => new(options);

    public void Dispose()
    {
    }
}
