// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging.Abstractions;
using Tributary.Testing.Stores;
using static Tributary.Testing.Suites.RepositoryCalls;

namespace Tributary.Repository.Tests;

public sealed class RetentionTests : RepositoryTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly MemoryDisk _disk = new();
    private readonly MemoryStores _stores;

    public RetentionTests() => _stores = new MemoryStores(_disk, StoreInterceptor.None, _time);

    private int Contents => _stores.Locked(disk => disk.RepositoryBytes.Count);

    [Fact]
    public async Task Defaults_EveryFileStays_AndContentsGoAfterAnHour()
    {
        await PutAsync("m", 1, 2);
        using var cleaning = await StartAsync(new RetentionOptions());
        var removed = _time.GetUtcNow();
        await _stores.Repository.RemoveAsync(RepositoryKind.Model, Key("m"), Token);

        await AdvanceUntilAsync("the content is gone", 1);

        Assert.True(_time.GetUtcNow() - removed >= TimeSpan.FromHours(1));
        Assert.Single(_disk.RepositoryFiles);
        await cleaning.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task NoGrace_ContentGoesWithoutAWait()
    {
        await PutAsync("m", 1);
        using var cleaning = await StartAsync(new RetentionOptions { Grace = TimeSpan.Zero });
        await _stores.Repository.RemoveAsync(RepositoryKind.Model, Key("m"), Token);

        await Eventually.BecomesAsync("the end of the content", () => Contents, left => left == 0);
        await cleaning.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Rules_AreAppliedEveryMinute()
    {
        using var cleaning = await StartAsync(new RetentionOptions { KeepNewest = 1, Grace = TimeSpan.Zero });
        await PutAsync("m", 1, 2, 3);

        await AdvanceUntilAsync("old files are gone", 1);

        Assert.Equal([3], await _stores.Repository.ReadAsync("m"));
        await cleaning.StopAsync(CancellationToken.None);
    }

    [Theory]
    [InlineData("-1", null, "0", "Repository:Retention:KeepNewest is -1; expected 0 to 1000000.")]
    [InlineData("0", "0:00:59", "0", "Repository:Retention:KeepFor is 00:00:59; expected 00:01:00 to 36500.00:00:00, or nothing.")]
    [InlineData("0", null, "-1", "Repository:Retention:Grace is -1.00:00:00; expected 00:00:00 to 365.00:00:00.")]
    public async Task Settings_OutOfBounds_AreToldAtTheStart(string newest, string? span, string grace, string message)
    {
        List<(string, string)> settings = [("Repository:Retention:KeepNewest", newest), ("Repository:Retention:Grace", grace)];
        if (span is not null)
        {
            settings.Add(("Repository:Retention:KeepFor", span));
        }

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync([.. settings]));

        Assert.Equal([message], error.Failures);
    }

    private async Task<RetentionLoop> StartAsync(RetentionOptions options)
    {
        var cleaning = new RetentionLoop(_stores.RepositoryMaintenance, _time, Options.Create(options), NullLogger<RetentionLoop>.Instance);
        await cleaning.StartAsync(Token);
        return cleaning;
    }

    private async Task PutAsync(string name, params byte[] contents)
    {
        await _stores.Repository.AddAsync(Model(name), Token);
        foreach (var content in contents)
        {
            await _stores.Repository.PutAsync(name, [content]);
        }
    }

    /// <summary>The loop runs on threads of its own, so the clock goes on a minute at a time until it has seen it.</summary>
    private Task<int> AdvanceUntilAsync(string what, int left) => Eventually.BecomesAsync(what, () =>
    {
        if (Contents != left)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        return Contents;
    }, contents => contents == left);
}
