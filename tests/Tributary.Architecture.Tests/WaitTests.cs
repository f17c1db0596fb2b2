// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Architecture.Tests;

/// <summary>Tests wait for conditions, and take the limit of a wait from the one place that holds it: <c>TestLimits</c>.</summary>
public sealed partial class WaitTests
{
    /// <summary>Files with a reason: the pause of a client before it tries again, delays in simulated time, and the examples below.</summary>
    private static readonly string[] Exempt =
        ["Tributary.Testing/SteadyPeer.cs", "Tributary.Simulation.Tests/", $"Tributary.Architecture.Tests/{nameof(WaitTests)}.cs"];

    [Fact]
    public void Tests_NeitherSleepNorSetLimitsOfTheirOwn()
    {
        var tests = Path.Combine(Product.Root.FullName, "tests");
        var found =
            from file in Directory.EnumerateFiles(tests, "*.cs", SearchOption.AllDirectories)
            let path = Path.GetRelativePath(tests, file).Replace('\\', '/')
            where !Exempt.Any(start => path.StartsWith(start, StringComparison.Ordinal))
            from match in Wait.Matches(File.ReadAllText(file))
            select $"{path}: {match.Value}";

        Assert.Empty(found);
    }

    [Theory]
    [InlineData("Thread.Sleep(5)", true)]
    [InlineData("await Task.Delay(TimeSpan.FromSeconds(3), Token)", true)]
    [InlineData("await answer.WaitAsync(TimeSpan.FromSeconds(3), Token)", true)]
    [InlineData("source.CancelAfter(3000)", true)]
    [InlineData("await Task.Delay(Timeout.Infinite, Token)", false)]
    [InlineData("await answer.WaitAsync(TestLimits.Step, Token)", false)]
    public void Wait_IsFound(string code, bool isFound) => Assert.Equal(isFound, Wait.IsMatch(code));

    [GeneratedRegex(
        @"Thread\.Sleep\(|Task\.Delay\((?!Timeout\.Infinite)|\b(WaitAsync|WaitForExit|CancelAfter|CancellationTokenSource)\((TimeSpan\.|[0-9])",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Wait { get; }
}
