// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Combiners;

namespace Tributary.Testing;

/// <summary>A round's plan for tests that are not about what is in it.</summary>
public static class PlainPlan
{
    public static RoundPlan For(long round) => new()
    {
        Round = round,
        JobId = "j",
        Session = "s",
        Model = ModelId.Parse("m"),
        Settings = new RoundSettings
        {
            Aggregator = "fedavg",
            Format = "numpyhelper",
            RoundTimeout = 60,
            BufferSize = -1,
            ClientsRequired = 1,
            DeleteModelsStorage = false,
            Validate = false,
        },
    };
}
