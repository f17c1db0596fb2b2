// SPDX-License-Identifier: Apache-2.0
namespace Tributary.Numerics;

/// <summary>Says what a pickle would import, without loading it. Loading a pickle runs what it imports: never do that to find out.</summary>
public static class PickleScanner
{
    /// <summary>
    /// Follows the operations of a pickle of any protocol from 0 to 5, to its end or to an operation that is none; what was
    /// found up to there is reported, since Python would have run it.
    /// </summary>
    /// <param name="source">The bytes; stays open.</param>
    /// <exception cref="IOException">The source cannot be read.</exception>
    public static PickleReport Scan(ByteSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var machine = new Recorder(source);
        string? problem = null;
        try
        {
            machine.Run();
        }
        catch (ParameterFormatException broken)
        {
            problem = broken.Message;
        }

        return new PickleReport(
            machine.Protocol, [.. machine.Imports], [.. machine.Unnamed], machine.Calls, problem, problem is null ? machine.Left : 0);
    }

    /// <summary>Whether bytes begin as a pickle of protocol 2 or later does. Older ones have no mark of their own.</summary>
    /// <param name="start">The first bytes; two suffice.</param>
    public static bool IsPickle(ReadOnlySpan<byte> start) => start.Length >= 2 && start[0] == (byte)PickleOpcode.Proto && start[1] is >= 2 and <= 5;

    private sealed class Recorder(ByteSource source) : PickleMachine(source)
    {
        public SortedSet<string> Imports { get; } = new(StringComparer.Ordinal);

        public SortedSet<string> Unnamed { get; } = new(StringComparer.Ordinal);

        public int Calls { get; private set; }

        protected override PickleValue Import(string module, string name)
        {
            var import = new PickleGlobal(module, name);
            Imports.Add(import.ToString());
            return import;
        }

        protected override PickleValue ImportUnnamed(string what)
        {
            Unnamed.Add(what);
            return PickleValue.Opaque;
        }

        protected override PickleValue Call(PickleValue callable, PickleValue arguments)
        {
            Calls++;
            return PickleValue.Opaque;
        }

        protected override PickleValue SetState(PickleValue target, PickleValue state) => target;
    }
}

/// <summary>What a scan found.</summary>
/// <param name="Protocol">The protocol that it announces; 0 when none is.</param>
/// <param name="Imports">What it imports by name, such as <c>numpy.ndarray</c>: each once, sorted.</param>
/// <param name="Unnamed">What it imports in ways that do not tell the name, such as a name put together on the stack: each once, sorted.</param>
/// <param name="Calls">How many calls it makes.</param>
/// <param name="Problem">Why it is no valid pickle; null when it is one.</param>
/// <param name="Trailing">How many bytes follow it.</param>
public sealed record PickleReport(
    int Protocol, IReadOnlyList<string> Imports, IReadOnlyList<string> Unnamed, int Calls, string? Problem, long Trailing);
