// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.IO;

namespace Tributary.Numerics.Formats.Pickle;

/// <summary>Says what a pickle would import, without loading it. Loading a pickle runs what it imports: never do that to find out.</summary>
public static class PickleScanner
{
    /// <summary>A file may hold several pickles, for a reader that loads one after another: so many may follow the first.</summary>
    private const int MaxFollowing = 1000;

    /// <summary>Operations that are followed at most unless somebody says fewer: no honest pickle has more.</summary>
    public const int MaxOperations = PickleMachine.MaxOperations;

    /// <summary>
    /// Follows the operations of a pickle of any protocol from 0 to 5, to its end or to an operation that is none, and then those of the pickles
    /// that follow it; what was found up to there is reported, since Python would have run it.
    /// </summary>
    /// <param name="source">The bytes; stays open. They are read forward only.</param>
    /// <param name="maxOperations">Operations that are followed; more are a problem of the pickle.</param>
    /// <exception cref="IOException">The source cannot be read.</exception>
    public static PickleReport Scan(ByteSource source, int maxOperations = MaxOperations)
    {
        ArgumentNullException.ThrowIfNull(source);
        var tokens = new PickleTokens(source);
        var all = new PickleNames();
        var first = PickleRecorder.Follow(tokens, maxOperations);
        all.Add(first);
        var (tells, problem, trailing, operations) = (first.Tells, first.Problem, tokens.Left, first.Operations);
        for (var following = 1; problem is null && trailing > 0; following++)
        {
            var next = PickleRecorder.Follow(tokens, maxOperations - operations);
            operations += next.Operations;
            if (!next.Tells && next.Problem is not null)
            {
                break;
            }

            all.Add(next);
            tells |= next.Tells;
            (problem, trailing) = (next.Problem, tokens.Left);
            if (following == MaxFollowing && trailing > 0)
            {
                problem ??= $"More follows behind {MaxFollowing} pickles that follow the first.";
            }
        }

        return new PickleReport(
            tells || (problem is null && trailing == 0),
            all.Protocol,
            [.. all.Imports],
            [.. all.Unnamed],
            all.Calls,
            problem,
            problem is null ? trailing : 0)
        {
            Operations = operations,
        };
    }

    /// <summary>Whether bytes begin as a pickle of protocol 2 or later does. Older ones have no mark of their own.</summary>
    /// <param name="start">The first bytes; two suffice.</param>
    public static bool IsPickle(ReadOnlySpan<byte> start) => start.Length >= 2 && start[0] == (byte)PickleOpcode.Proto && start[1] is >= 2 and <= 5;
}

/// <summary>What a scan found in a pickle and in those that follow it.</summary>
/// <param name="IsPickle">Whether it is one: it has the mark of its protocol, something in it tells, or it is one from begin to end.</param>
/// <param name="Protocol">The protocol that it announces; 0 when none is.</param>
/// <param name="Imports">What it imports by name, such as <c>numpy.ndarray</c>: each once, sorted.</param>
/// <param name="Unnamed">What it imports in ways that do not tell the name, such as a name put together on the stack: each once, sorted.</param>
/// <param name="Calls">How many calls it makes.</param>
/// <param name="Problem">Why it is no valid pickle; null when it is one.</param>
/// <param name="Trailing">How many bytes follow that are no pickle.</param>
public sealed record PickleReport(
    bool IsPickle, int Protocol, IReadOnlyList<string> Imports, IReadOnlyList<string> Unnamed, int Calls, string? Problem, long Trailing)
{
    /// <summary>How many operations were followed to find it.</summary>
    public int Operations { get; init; }
}
