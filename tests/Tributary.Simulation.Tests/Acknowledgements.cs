// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Clients;

namespace Tributary.Simulation.Tests;

/// <summary>What the server has said of updates, and what was in them: kept outside the server, for the invariants.</summary>
internal sealed class Acknowledgements
{
    /// <summary>Updates that were answered as counting.</summary>
    public HashSet<ModelId> Accepted { get; } = [];

    /// <summary>Updates whose client was told that it counts already, by this or by another update.</summary>
    public HashSet<ModelId> Counted { get; } = [];

    /// <summary>How often an update was asked for again that may count in a later round than its own.</summary>
    public int Postponed { get; set; }

    /// <summary>Validations that were answered as taken.</summary>
    public List<(ModelId Model, ClientId Client)> Validated { get; } = [];

    /// <summary>How many rounds a session had when its end was answered as done.</summary>
    public Dictionary<SessionId, int> RoundsAtTermination { get; } = [];

    /// <summary>Direct rounds that were answered as started.</summary>
    public HashSet<long> Started { get; } = [];

    /// <summary>The jobs of direct rounds that were answered as stopped.</summary>
    public HashSet<string> Stopped { get; } = [];

    /// <summary>Whether direct rounds were asked to stop.</summary>
    public bool IsStopAsked { get; set; }

    /// <summary>The content of every upload that was ever made.</summary>
    public Dictionary<ModelId, byte[]> Uploads { get; } = [];

    /// <summary>The task that each upload answers.</summary>
    public Dictionary<ModelId, ClientTask> Tasks { get; } = [];

    /// <summary>The weight under which it was offered.</summary>
    public Dictionary<ModelId, double> Weights { get; } = [];
}
