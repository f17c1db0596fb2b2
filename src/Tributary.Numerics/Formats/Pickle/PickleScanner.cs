// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.IO;

namespace Tributary.Numerics.Formats.Pickle;

/// <summary>A scanner that reports what a pickle would import. Loading runs the imports, so never load one to find out.</summary>
public static class PickleScanner
{
    /// <summary>The maximum number of pickles after the first: a file may hold several, for a reader that loads one by one.</summary>
    private const int MaxFollowing = 1000;

    /// <summary>The default maximum number of operations to follow: no honest pickle has more.</summary>
    public const int MaxOperations = PickleMachine.MaxOperations;

    /// <summary>
    /// Follows the operations of a pickle of any protocol from 0 to 5, to its end or to an invalid operation, and then those of the pickles
    /// that follow it. What was found up to that point is reported, since Python would have run it.
    /// </summary>
    /// <param name="source">The bytes, read forward only; the source stays open.</param>
    /// <param name="maxOperations">The maximum number of operations to follow; more are reported as a problem of the pickle.</param>
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

    /// <summary>Returns true when bytes begin as a pickle of protocol 2 or later does. Older protocols have no mark.</summary>
    /// <param name="start">The first bytes; two suffice.</param>
    public static bool IsPickle(ReadOnlySpan<byte> start) => start.Length >= 2 && start[0] == (byte)PickleOpcode.Proto && start[1] is >= 2 and <= 5;

    /// <summary>Returns true when bytes begin as a list or tuple of arrays does in protocol 0 or 1, which texts may begin as, too.</summary>
    /// <param name="start">The first bytes; two suffice.</param>
    public static bool MayBeList(ReadOnlySpan<byte> start) => start is
        [(byte)PickleOpcode.Mark, (byte)PickleOpcode.List or (byte)PickleOpcode.Global, ..]
        or [(byte)PickleOpcode.EmptyList, (byte)PickleOpcode.Mark or (byte)PickleOpcode.BinPut or (byte)PickleOpcode.Global, ..];
}

/// <summary>The findings of a scan, from a pickle and those that follow it.</summary>
/// <param name="IsPickle">
/// True when the bytes are a pickle: they have the mark of a protocol, something in them shows it, or they are one from beginning to end.
/// </param>
/// <param name="Protocol">The protocol announced; 0 when none is.</param>
/// <param name="Imports">The imports by name, for example <c>numpy.ndarray</c>: each once, sorted.</param>
/// <param name="Unnamed">The imports whose name is not told, for example one put together on the stack: each once, sorted.</param>
/// <param name="Calls">The number of calls.</param>
/// <param name="Problem">The reason why the pickle is not valid; null when it is.</param>
/// <param name="Trailing">The number of bytes that follow and are not a pickle.</param>
public sealed record PickleReport(
    bool IsPickle, int Protocol, IReadOnlyList<string> Imports, IReadOnlyList<string> Unnamed, int Calls, string? Problem, long Trailing)
{
    /// <summary>The number of operations followed.</summary>
    public int Operations { get; init; }
}
