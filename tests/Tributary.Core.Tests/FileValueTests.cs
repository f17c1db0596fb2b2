// SPDX-License-Identifier: Apache-2.0

using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Tributary.Core.Tests;

public sealed class FileValueTests : FolderTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly ErrorWatch _warnings = new(LogLevel.Warning);

    private string Target => Folder.Combine("value");

    public override void Dispose()
    {
        _warnings.Verify();
        base.Dispose();
    }

    [Fact]
    public void Current_ContentChanged_IsReadAgainAfterASecondAndParsedOnce()
    {
        var parsed = 0;
        Write("a");
        var value = Create(text =>
        {
            parsed++;
            return text;
        });

        Write("b");
        var within = value.Current;
        _time.Advance(TimeSpan.FromSeconds(2));
        var after = value.Current;
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(("a", "b", "b", 2), (within, after, value.Current, parsed));
    }

    [Fact]
    public void Current_ContentUnusable_StaysWithOneWarningForEachState()
    {
        Write("a");
        var value = Create(text => text.StartsWith("bad", StringComparison.Ordinal) ? throw new CryptographicException(text) : text);

        foreach (var content in new[] { "bad 1", "bad 2", null })
        {
            if (content is null)
            {
                File.Delete(Target);
            }
            else
            {
                Write(content);
            }

            for (var i = 0; i < 3; i++)
            {
                _time.Advance(TimeSpan.FromSeconds(2));
                Assert.Equal("a", value.Current);
            }

            Assert.Single(_warnings.Take());
        }

        Write("c");
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("c", value.Current);
    }

    [Fact]
    public async Task Current_WhileAnotherCallerReads_DoesNotWait()
    {
        using var reading = new SemaphoreSlim(0);
        using var go = new SemaphoreSlim(0);
        Write("a");
        var value = Create(text =>
        {
            if (text == "b")
            {
                reading.Release();
                Assert.True(go.Wait(TestLimits.Step, Token));
            }

            return text;
        });
        Write("b");
        _time.Advance(TimeSpan.FromSeconds(2));

        var first = Task.Run(() => value.Current, Token);
        Assert.True(await reading.WaitAsync(TestLimits.Step, Token));
        var second = value.Current;
        go.Release();

        Assert.Equal(("a", "b", "b"), (second, await first, value.Current));
    }

    private void Write(string text) => File.WriteAllText(Target, text);

    private FileValue<string> Create(Func<string, string> parse) => new([Target], contents => parse(Encoding.UTF8.GetString(contents[0])), _time, _warnings);
}
