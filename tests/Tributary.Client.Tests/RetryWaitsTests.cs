// SPDX-License-Identifier: Apache-2.0

using Tributary.Client.Participation;

namespace Tributary.Client.Tests;

public sealed class RetryWaitsTests
{
    [Fact]
    public void After_MoreAndMoreFailures_DoublesToTheLongestWithAFixedHalf()
    {
        var waits = new RetryBackoff(Options(new Random(7)));
        var random = new Random(7);

        foreach (var (failures, full) in new[] { (1, 0.5), (2, 1.0), (3, 2.0), (6, 16.0), (7, 30.0), (40, 30.0), (int.MaxValue, 30.0) })
        {
            Assert.Equal(full * (0.5 + (0.5 * random.NextDouble())), waits.After(failures).TotalSeconds, precision: 6);
        }
    }

    [Fact]
    public void After_OtherRandom_ScattersTheWaits()
    {
        var waits = Enumerable.Range(0, 20).Select(seed => new RetryBackoff(Options(new Random(seed))).After(7).TotalSeconds).ToList();

        Assert.All(waits, wait => Assert.InRange(wait, 15, 30));
        Assert.Equal(20, waits.Distinct().Count());
    }

    private static ParticipantOptions Options(Random random) => new() { Name = "a", Random = random };
}
