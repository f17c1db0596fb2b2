// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Tests.Combiners;

public sealed class CombinerOptionsTests
{
    [Fact]
    public void Validate_Defaults_AreFine() => Assert.Empty(Failures(new CombinerOptions()));

    [Fact]
    public void Validate_EverythingWrong_SaysEverythingAtOnce()
    {
        var failures = Failures(new CombinerOptions
        {
            Name = "a/b",
            MaxClients = 0,
            AdvertisedPort = 65536,
            MaxModelBytes = 0,
            AggregationThreads = -1,
            ConcurrentDecodes = -1,
            ClientTimeout = TimeSpan.Zero,
            ReturnTime = TimeSpan.FromSeconds(-1),
            UploadRetention = TimeSpan.FromSeconds(59),
        });

        Assert.Equal(
            [
                "Combiner:Name is 'a/b'; expected 1 to 64 letters, digits, '-' or '_'.",
                "Combiner:MaxClients is 0; expected 1 to 1000000.",
                "Combiner:AdvertisedPort is 65536; expected 0 to 65535.",
                "Combiner:MaxModelBytes is 0; expected 1 to 9.223372036854776E+18.",
                "Combiner:AggregationThreads is -1; expected 0 to 1024.",
                "Combiner:ConcurrentDecodes is -1; expected 0 to 1024.",
                "Combiner:ClientTimeout is 0; expected 1 to 86400.",
                "Combiner:ReturnTime is -1; expected 0 to 3600.",
                "Combiner:UploadRetention is 59; expected 60 to 31536000.",
            ],
            failures);
    }

    private static IEnumerable<string> Failures(CombinerOptions options) => new CombinerOptionsValidator().Validate(null, options).Failures ?? [];
}
