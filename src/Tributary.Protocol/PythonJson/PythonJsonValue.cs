// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Protocol.PythonJson;

/// <summary>A JSON value as Python sees it: integers of any size are distinct from floats, and NaN is a number.</summary>
public abstract record PythonJsonValue
{
    private PythonJsonValue()
    {
    }

    public sealed record Null : PythonJsonValue
    {
        public static readonly Null Instance = new();
    }

    public sealed record Boolean(bool Value) : PythonJsonValue;

    /// <summary>An integer, by its decimal digits.</summary>
    public sealed record Integer(string Digits) : PythonJsonValue;

    public sealed record Number(double Value) : PythonJsonValue;

    public sealed record String(string Value) : PythonJsonValue;

    public sealed record Array(IReadOnlyList<PythonJsonValue> Items) : PythonJsonValue;

    /// <summary>An object: keys in the order of their first occurrence, each with its last value.</summary>
    public sealed record Object(OrderedDictionary<string, PythonJsonValue> Entries) : PythonJsonValue
    {
        public Object()
            : this(new OrderedDictionary<string, PythonJsonValue>(StringComparer.Ordinal))
        {
        }
    }
}
