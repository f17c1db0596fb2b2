// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Net.Http.Headers;

namespace Tributary.Client;

/// <summary>The part of a list to get. The default is all of it, newest first.</summary>
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
