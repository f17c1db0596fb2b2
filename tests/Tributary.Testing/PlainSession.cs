// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Testing;

/// <summary>Records of sessions and runs for tests that are not about what is in them.</summary>
public static class PlainSession
{
    public static SessionConfig Config(string model) => new()
    {
        Aggregator = "fedavg",
        RoundTimeout = 60,
        BufferSize = -1,
        DeleteModelsStorage = true,
        ClientsRequired = 1,
        Validate = true,
        Format = "numpyhelper",
        ModelId = model,
    };

    public static SessionRecord Record(SessionId id, SessionConfig config, DateTimeOffset at) =>
        new() { Id = id, Name = id.Value, Status = SessionStatus.Created, Config = config, CommittedAt = at, UpdatedAt = at };

    public static RunRecord Run(string id, SessionId session, ModelId model, int rounds) =>
        new() { Id = id, Session = session, Model = model, Rounds = rounds, RoundTimeout = 60, StartedAt = DateTimeOffset.UnixEpoch };
}
