// SPDX-License-Identifier: Apache-2.0
namespace Tributary.Numerics.Formats.Pickle;

/// <summary>The names that pickles import, limited in number.</summary>
internal sealed class PickleNames
{
    /// <summary>The maximum number of names: more than any honest pickle has.</summary>
    private const int MaxNames = 1000;

    private static readonly string TooMany = $"more than {MaxNames} names";

    public SortedSet<string> Imports { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Unnamed { get; } = new(StringComparer.Ordinal);

    public int Protocol { get; private set; }

    public int Calls { get; private set; }

    public void AddImport(string import) => Add(Imports, import);

    public void AddUnnamed(string what) => Add(Unnamed, what);

    public void Add(PickleRecorder pickle)
    {
        foreach (var import in pickle.Names.Imports)
        {
            AddImport(import);
        }

        foreach (var unnamed in pickle.Names.Unnamed)
        {
            AddUnnamed(unnamed);
        }

        Protocol = Math.Max(Protocol, pickle.Protocol);
        Calls += pickle.Calls;
    }

    private void Add(SortedSet<string> names, string name)
    {
        if (Imports.Count + Unnamed.Count < MaxNames)
        {
            names.Add(name);
        }
        else if (!names.Contains(name))
        {
            Unnamed.Add(TooMany);
        }
    }
}
