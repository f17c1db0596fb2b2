// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Repository.Documents;

/// <summary>A JSON value as Python sees it: whole numbers of any size and fractions are different things, NaN is a number.</summary>
internal abstract record LooseValue
{
    private LooseValue()
    {
    }

    public sealed record Null : LooseValue
    {
        public static readonly Null Instance = new();
    }

    public sealed record Flag(bool Value) : LooseValue;

    /// <summary>A whole number, by its digits.</summary>
    public sealed record Whole(string Digits) : LooseValue;

    public sealed record Real(double Value) : LooseValue;

    public sealed record Text(string Value) : LooseValue;

    public sealed record List(IReadOnlyList<LooseValue> Items) : LooseValue;

    /// <summary>Keys in the order in which they first came, each with the value that came last.</summary>
    public sealed record Map(OrderedDictionary<string, LooseValue> Entries) : LooseValue
    {
        public Map()
            : this(new OrderedDictionary<string, LooseValue>(StringComparer.Ordinal))
        {
        }
    }
}
