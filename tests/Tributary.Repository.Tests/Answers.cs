// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Repository.Tests;

/// <summary>Answers of the role, read to their end.</summary>
internal static class Answers
{
    public static async Task<int> StatusAsync(this Task<HttpResponseMessage> call)
    {
        using var answer = await call;
        return (int)answer.StatusCode;
    }

    public static async Task<(int Status, string Text)> ReadAsync(this Task<HttpResponseMessage> call)
    {
        using var answer = await call;
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Token));
    }

    /// <summary>Fails the test unless the answer has the status, and the part in its text.</summary>
    public static async Task ExpectAsync(this Task<HttpResponseMessage> call, int status, string part)
    {
        var (found, text) = await call.ReadAsync();
        Assert.Equal(status, found);
        Assert.Contains(part, text, StringComparison.Ordinal);
    }
}
