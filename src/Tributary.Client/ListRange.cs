// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Net.Http.Headers;

namespace Tributary.Client;

/// <summary>The part of a list to return. The default is all of it, newest first.</summary>
/// <param name="Skip">The number of items to leave out at the beginning.</param>
/// <param name="Limit">The maximum number of items; 0 for all.</param>
/// <param name="OldestFirst">True for the oldest items first.</param>
public readonly record struct ListRange(int Skip = 0, int Limit = 0, bool OldestFirst = false)
{
    internal void Apply(HttpRequestHeaders headers)
    {
        headers.Add("X-Skip", Skip.ToString(CultureInfo.InvariantCulture));
        headers.Add("X-Limit", Limit.ToString(CultureInfo.InvariantCulture));
        headers.Add("X-Sort-Order", OldestFirst ? "asc" : "desc");
    }
}
