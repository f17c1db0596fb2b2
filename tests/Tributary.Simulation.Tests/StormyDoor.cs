// SPDX-License-Identifier: Apache-2.0

using Tributary.Core;
using Tributary.Testing.Stores;

namespace Tributary.Simulation.Tests;

/// <summary>The stores' door of one server: operations take time, fail before or after their effect, and the server dies at them.</summary>
internal sealed class StormyDoor(World world, ServerNode server) : StoreDoor
{
    public override async ValueTask<T> PassAsync<T>(string operation, Func<T> effect, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await WeatherAsync(operation, "before");
        var result = effect();
        await WeatherAsync(operation, "after");
        return result;
    }

    private async Task WeatherAsync(string operation, string when)
    {
        await Task.Delay(world.Scheduler.Delay(TimeSpan.FromMilliseconds(5)) + TimeSpan.FromMilliseconds(1), server.Lane.Time, CancellationToken.None);
        if (world.Crashes < world.Weather.MaxCrashes && world.Scheduler.Chance(world.Weather.Crash))
        {
            world.Crash(server, $"{when} '{operation}'");
            await new TaskCompletionSource().Task;
        }

        if (world.StoreFaults < world.Weather.MaxStoreFaults && world.Scheduler.Chance(world.Weather.StoreFault))
        {
            world.StoreFaults++;
            world.Trace($"fault {when} '{operation}'");
            throw new StorageException(operation, true, new IOException("simulated"));
        }
    }
}
