// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Simulation.Tests;

/// <summary>What the server has said of updates, and what was in them: kept outside the server, for the invariants.</summary>
internal sealed class Acknowledgements
{
    /// <summary>Updates that were answered as counting.</summary>
    public List<(long Round, ClientId Client, ModelId Update)> Accepted { get; } = [];

    /// <summary>Clients that were told that their update of a round counts already.</summary>
    public List<(long Round, ClientId Client)> Counted { get; } = [];

    /// <summary>Validations that were answered as taken.</summary>
    public List<(ModelId Model, ClientId Client)> Validated { get; } = [];

    /// <summary>How many rounds there were when the end of the session was answered as done; null before.</summary>
    public int? RoundsAtTermination { get; set; }

    /// <summary>The content of every upload that was ever made.</summary>
    public Dictionary<ModelId, byte[]> Uploads { get; } = [];

    /// <summary>The weight under which it was offered.</summary>
    public Dictionary<ModelId, double> Weights { get; } = [];
}
