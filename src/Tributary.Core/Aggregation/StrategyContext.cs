// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;

namespace Tributary.Core.Aggregation;

/// <summary>The surroundings of a strategy's step.</summary>
public sealed record StrategyContext
{
    /// <summary>The session's values of the strategy's parameters.</summary>
    public required StrategyParameters Parameters { get; init; }

    /// <summary>The phase of the round, from 1.</summary>
    public int Phase { get; init; } = 1;

    /// <summary>The layout of the model that the round trains from.</summary>
    public required ParameterLayout Layout { get; init; }

    /// <summary>The model that the round trains from, in its layout; null for strategies that do not need it.</summary>
    public ParameterSet? GlobalModel { get; init; }

    /// <summary>
    /// The state that the strategy's last step of the session or the round's last phase has written; null at the first one, and in the
    /// accumulating step.
    /// </summary>
    public ByteSource? State { get; init; }

    /// <summary>
    /// The function that makes a set of zeros for results and intermediate values. Sets are on disk and larger than memory where necessary;
    /// the strategy does not dispose them.
    /// </summary>
    public required Func<ParameterLayout, ParameterSet> CreateParameters { get; init; }

    /// <summary>The maximum number of threads that work on the step.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>The token that cancels the step, whose result is then not used.</summary>
    public CancellationToken CancellationToken { get; init; }
}
