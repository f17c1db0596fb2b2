// SPDX-License-Identifier: Apache-2.0
namespace Tributary.Numerics.Formats.Pickle;

/// <summary>A machine that records what one pickle imports and calls.</summary>
internal sealed class PickleRecorder : PickleMachine
{
    private bool _isDoubtful;
    private bool _changesObjects;

    private PickleRecorder(PickleTokens tokens, int maxOperations)
        : base(tokens, maxOperations)
    {
    }

    public PickleNames Names { get; } = new();

    public int Calls { get; private set; }

    /// <summary>The reason why the pickle is not valid; null when it is.</summary>
    public string? Problem { get; private set; }

    /// <summary>
    /// True when the content shows that this is a pickle. The oldest protocols have no mark, and many a text begins like their pickles, so an
    /// import counts only when the operations end as those of a pickle do. Calls, and changes of what was imported, are made before Python
    /// misses the end, and count in any case. An import that is not a name does not: Python finds nothing under it, so loading ends there without harm, as it does at a
    /// persistent id or at an extension that is not registered.
    /// </summary>
    public bool Tells => HasMark || _isDoubtful || _changesObjects || Calls > 0
        || (Problem is null && (Names.Unnamed.Contains(ComputedName) || Names.Imports.Any(IsName)));

    public static PickleRecorder Follow(PickleTokens tokens, int maxOperations)
    {
        var recorder = new PickleRecorder(tokens, maxOperations);
        try
        {
            recorder.Run();
        }
        catch (ParameterFormatException broken)
        {
            recorder.Problem = broken.Message;

            // Where this recorder gives up, Python might go on.
            recorder._isDoubtful = broken.Code is not (ParameterFormatError.Malformed or ParameterFormatError.Truncated);
        }

        return recorder;
    }

    protected override PickleValue Import(string module, string name)
    {
        var import = new PickleGlobal(module, name);
        Names.AddImport(import.ToString());
        return import;
    }

    protected override PickleValue ImportUnnamed(string what)
    {
        Names.AddUnnamed(what);
        return new PickleGlobal("", what);
    }

    protected override PickleValue Call(PickleValue callable, PickleValue arguments)
    {
        Calls++;
        return PickleValue.Opaque;
    }

    protected override PickleValue SetState(PickleValue target, PickleValue state)
    {
        _changesObjects = true;
        return target;
    }

    // Python's own reader does not look at the length, and goes on.
    protected override void CheckFrame(ulong length)
    {
    }

    protected override void Change(PickleValue target) => _changesObjects |= target is PickleGlobal;

    private static bool IsName(string import) => import.All(c => char.IsLetterOrDigit(c) || c is '_' or '.');
}
