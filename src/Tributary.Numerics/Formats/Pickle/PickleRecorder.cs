// SPDX-License-Identifier: Apache-2.0
namespace Tributary.Numerics.Formats.Pickle;

/// <summary>Follows one pickle and notes what it reaches for.</summary>
internal sealed class PickleRecorder : PickleMachine
{
    private bool _isDoubtful;

    private PickleRecorder(PickleTokens tokens, int maxOperations)
        : base(tokens, maxOperations)
    {
    }

    public PickleNames Names { get; } = new();

    public int Calls { get; private set; }

    /// <summary>Why it is no valid pickle; null when it is one.</summary>
    public string? Problem { get; private set; }

    /// <summary>
    /// Whether something in it says that it is a pickle. The oldest ones have no mark, and many a text begins like one; but what is no name is
    /// nothing that Python finds, so there it ends without harm, as it does at a persistent id or an extension that nobody has given it.
    /// </summary>
    public bool Tells => HasMark || _isDoubtful || Calls > 0 || Names.Unnamed.Contains(ComputedName) || Names.Imports.Any(IsName);

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

            // Where this one gives up, Python might go on.
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
        return PickleValue.Opaque;
    }

    protected override PickleValue Call(PickleValue callable, PickleValue arguments)
    {
        Calls++;
        return PickleValue.Opaque;
    }

    protected override PickleValue SetState(PickleValue target, PickleValue state) => target;

    private static bool IsName(string import) => import.All(c => char.IsLetterOrDigit(c) || c is '_' or '.');
}
