// SPDX-License-Identifier: Apache-2.0

using System.Globalization;

namespace Tributary.Benchmarks.Repository;

/// <summary>How much memory of its own, not of files, a process holds: watched while something runs.</summary>
internal sealed class ProcessMemory : IDisposable
{
    private const int EveryMilliseconds = 10;

    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _watch;
    private long _most;

    public ProcessMemory(int process) => _watch = WatchAsync(process);

    /// <summary>In bytes.</summary>
    public static long Read(int process)
    {
        const string Name = "RssAnon:";
        var line = File.ReadLines($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/status").First(l => l.StartsWith(Name, StringComparison.Ordinal));
        return long.Parse(line[Name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) << 10;
    }

    /// <summary>The most that was seen.</summary>
    public async Task<long> StopAsync()
    {
        await _stopping.CancelAsync();
        await _watch;
        return _most;
    }

    public void Dispose() => _stopping.Dispose();

    private async Task WatchAsync(int process)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(EveryMilliseconds));
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                _most = Math.Max(_most, Read(process));
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
