// SPDX-License-Identifier: Apache-2.0

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Tributary.Storage.Relational;

namespace Tributary.Storage.Health;

/// <summary>The check that the database answers a query.</summary>
internal sealed class DatabaseCheck(MetadataDatabase database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        await database.ReadAsync("answer a query", (metadata, token) => metadata.Settings.AnyAsync(token), cancellationToken);
        return HealthCheckResult.Healthy();
    }
}

/// <summary>The check that files can be written in folders, by one byte in each.</summary>
internal sealed class FolderCheck(DataFolder data, Func<DataFolder, string[]> choose) : IHealthCheck
{
    /// <summary>A name that no model, upload or content has.</summary>
    private const string Probe = ".probe";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        foreach (var folder in choose(data))
        {
            using var file = new FileStream(Path.Combine(folder, Probe), FileMode.Create, FileAccess.Write, FileShare.Delete, bufferSize: 0, FileOptions.DeleteOnClose);
            file.WriteByte(0);
        }

        return Task.FromResult(HealthCheckResult.Healthy());
    }
}

/// <summary>The check that the disk of the data folder has room.</summary>
internal sealed class DiskSpaceCheck(DataFolder data, long minFreeBytes) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        var free = data.FreeBytes;
        return Task.FromResult(free >= minFreeBytes
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy(FormattableString.Invariant($"{free} bytes are free at '{data.Root}'; Health:MinFreeBytes expects {minFreeBytes}")));
    }
}
