// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Reflection;

namespace Tributary.Fuzz.Tests;

public sealed class FuzzTargetTests
{
    // Longer runs: the environment says how many mutations and from which seed.
    private static readonly int Mutations = FromEnvironment("TRIBUTARY_FUZZ_COUNT", 50_000);
    private static readonly int Seed = FromEnvironment("TRIBUTARY_FUZZ_SEED", 1);

    public static TheoryData<string> Names => [.. FuzzTarget.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Target_CorpusAndMutations_Hold(string name) => FuzzRun.Run(FuzzTarget.All.Single(target => target.Name == name), Seed, Mutations);

    [Theory]
    [MemberData(nameof(Names))]
    public void Target_HasACorpus(string name) => Assert.NotEmpty(FuzzTarget.All.Single(target => target.Name == name).ReadCorpus());

    [Fact]
    public void EveryClassWithFuzz_IsATarget()
    {
        var classes = typeof(FuzzTarget).Assembly.GetTypes()
            .Where(type => type.GetMethod("Fuzz", BindingFlags.Static | BindingFlags.Public, [typeof(ReadOnlySpan<byte>)]) is not null)
            .Select(type => type.Name);
        Assert.Equal(classes.Order(StringComparer.Ordinal), FuzzTarget.All.Select(target => target.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void EveryCorpusFolder_HasATarget() => Assert.Equal(
        FuzzTarget.All.Select(target => target.Name).Order(StringComparer.Ordinal),
        Directory.GetDirectories(Path.Combine(AppContext.BaseDirectory, "Corpus")).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Fact]
    public void Mutator_SameSeed_MakesTheSameInputs()
    {
        byte[][] corpus = ["[1, 2]"u8.ToArray(), "[[3]]"u8.ToArray()];
        var first = new Mutator(corpus, 3);
        var second = new Mutator(corpus, 3);
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(first.Next(), second.Next());
        }
    }

    [Fact]
    public void Run_TargetThatFails_ReportsTheInput()
    {
        var target = new FuzzTarget("Failing", input => throw new InvalidDataException(Convert.ToHexString(input)));
        var failure = Assert.Throws<FuzzFailure>(() => FuzzRun.Run(target, 1, 1));
        Assert.IsType<InvalidDataException>(failure.InnerException);
        Assert.Equal(Convert.ToHexString(failure.Input), failure.InnerException.Message);
    }

    private static int FromEnvironment(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
