// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Net.Http.Headers;

namespace Tributary.Client;

/// <summary>Which part of a list to get. The default is all of it, newest first.</summary>
/// <param name="Skip">How many to leave out at the beginning.</param>
/// <param name="Limit">How many to get at most; 0 means all.</param>
/// <param name="OldestFirst">Turns the order round.</param>
public readonly record struct ListRange(int Skip = 0, int Limit = 0, bool OldestFirst = false)
{
    internal void Apply(HttpRequestHeaders headers)
    {
        headers.Add("X-Skip", Skip.ToString(CultureInfo.InvariantCulture));
        headers.Add("X-Limit", Limit.ToString(CultureInfo.InvariantCulture));
        headers.Add("X-Sort-Order", OldestFirst ? "asc" : "desc");
    }
}

/// <summary>Part of a list.</summary>
/// <typeparam name="T">What the list holds.</typeparam>
/// <param name="Count">How many there are in all, not only in this part.</param>
/// <param name="Items">The part that was asked for.</param>
public sealed record ListPart<T>(int Count, IReadOnlyList<T> Items);
