// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Updates;

/// <summary>
/// The place that updates belong to: a phase of a round, or a window of a federated model. Ledger and validation know updates by it and by
/// nothing else of a round; the spool knows their uploads and parameters alone.
/// </summary>
public readonly record struct UpdateScope
{
    private UpdateScope(string value) => Value = value;

    /// <summary>The text of the scope: letters, digits, '-', '_' and '.', stable across restarts.</summary>
    public string Value { get; }

    /// <summary>Returns the scope of a phase of a round.</summary>
    /// <param name="round">The number of the round.</param>
    /// <param name="phase">The phase, from 1.</param>
    public static UpdateScope OfRound(long round, int phase) => new(FormattableString.Invariant($"round.{round}.{phase}"));

    /// <summary>Returns the scope of a window of a federated model: of the contributions that are aggregated together.</summary>
    /// <param name="model">The id of the federated model, in the form of a <see cref="ModelId"/>.</param>
    /// <param name="window">The number of the window.</param>
    public static UpdateScope OfWindow(ModelId model, long window) => new(FormattableString.Invariant($"window.{model}.{window}"));

    /// <summary>Returns the scope of a text that <see cref="Value"/> returned.</summary>
    public static UpdateScope Parse(string text) => new(text);

    public override string ToString() => Value;
}
