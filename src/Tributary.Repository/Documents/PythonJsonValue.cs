// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Repository.Documents;

/// <summary>A JSON value as Python sees it: whole numbers of any size and fractions are different things, NaN is a number.</summary>
internal abstract record PythonJsonValue
{
    private PythonJsonValue()
    {
    }

    public sealed record Null : PythonJsonValue
    {
        public static readonly Null Instance = new();
    }

    public sealed record Boolean(bool Value) : PythonJsonValue;

    /// <summary>A whole number, by its digits.</summary>
    public sealed record Integer(string Digits) : PythonJsonValue;

    public sealed record Number(double Value) : PythonJsonValue;

    public sealed record String(string Value) : PythonJsonValue;

    public sealed record Array(IReadOnlyList<PythonJsonValue> Items) : PythonJsonValue;

    /// <summary>Keys in the order in which they first came, each with the value that came last.</summary>
    public sealed record Object(OrderedDictionary<string, PythonJsonValue> Entries) : PythonJsonValue
    {
        public Object()
            : this(new OrderedDictionary<string, PythonJsonValue>(StringComparer.Ordinal))
        {
        }
    }
}
