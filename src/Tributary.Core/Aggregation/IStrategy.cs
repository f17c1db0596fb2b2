// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Parameters;

namespace Tributary.Core.Aggregation;

/// <summary>
/// A strategy that makes the next model from the updates of a round, in two steps: each combiner <em>accumulates</em> its updates into a
/// partial result, then the controller <em>finishes</em> the partial results, the model that was trained from, and the strategy's own
/// state into the next model and the next state.
/// </summary>
/// <remarks>
/// A strategy has no fields that change: all that it remembers from one round to the next is its state, which is committed in one write
/// with the model. Any step can be repeated after a crash, with the same input. Results depend on the input alone, never on the order in
/// which updates arrived, on threads or on vector width.
/// </remarks>
public interface IStrategy
{
    /// <summary>The name by which sessions select the strategy, for example <c>fedavg</c>: lower-case letters, digits and hyphens.</summary>
    string Name { get; }

    /// <summary>The properties that the rounds of the strategy depend on.</summary>
    StrategyTraits Traits { get; }

    /// <summary>The parameters that a session may set.</summary>
    IReadOnlyList<StrategyParameter> Parameters => [];

    /// <summary>
    /// Returns the number of models that a session may have committed since the one from which a late update was trained; 0 for a strategy
    /// that takes no late updates. Above 0, the tasks of a round outlive it, and a late update counts in the round that is open when it comes.
    /// Its rounds then have one phase.
    /// </summary>
    int GetMaxStaleness(StrategyParameters values) => 0;

    /// <summary>Returns the number of phases of a round, at least 1. The clients of a phase are those whose update counted in the one before.</summary>
    int CountPhases(StrategyParameters values) => 1;

    /// <summary>Returns the smallest number of updates that make a result, at least 1. A round that collects fewer fails.</summary>
    int CountRequiredUpdates(StrategyParameters values) => 1;

    /// <summary>Returns the reason why a round with this participation must not become a model, or null.</summary>
    string? Refuse(RoundParticipation participation, StrategyParameters values) => null;

    /// <summary>Decides what an update may look like: by default like the model, with its arrays in any order.</summary>
    /// <param name="update">The layout of the update.</param>
    /// <param name="model">The layout of the model that the round trains from.</param>
    /// <param name="phase">The phase of the round, from 1.</param>
    /// <returns>The layout in which the update is decoded and accumulated; or one sentence that says what was expected and found.</returns>
    (ParameterLayout? Layout, string? Fault) CheckUpdate(ParameterLayout update, ParameterLayout model, int phase) =>
        model.DescribeDifference(update) is { } difference ? (null, difference) : (model, null);

    /// <summary>Accumulates updates into a partial result.</summary>
    /// <param name="updates">The updates, at least one, in canonical order: by client id, ordinal.</param>
    /// <param name="context">The values of the strategy's parameters, and what else the step works with.</param>
    /// <returns>The partial result, in sets that the context has created: the updates are gone when the step has ended.</returns>
    PartialResult Accumulate(IReadOnlyList<StrategyUpdate> updates, StrategyContext context);

    /// <summary>Makes the next model; before the last phase, the parameters that clients receive in the next one.</summary>
    /// <param name="parts">
    /// The partial results, at least one, in canonical order: by the name of the combiner, ordinal. Exactly one unless
    /// <see cref="StrategyTraits.Merges"/>.
    /// </param>
    /// <param name="context">The values of the strategy's parameters, its state, and what else the step works with.</param>
    /// <exception cref="Numerics.Formats.ParameterFormatException">The state is not one of this strategy for this model, or no result can be made.</exception>
    StrategyResult Finish(IReadOnlyList<PartialResult> parts, StrategyContext context);
}
