// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Tributary.Controller.Rest;
using Tributary.Core;

namespace Tributary.Controller.Tests.Rest;

public sealed class LongListTests
{
    private const int Pages = 20;
    private const int PageCharacters = 1 << 20;

    [Fact]
    public async Task Execute_ManyPages_SendsEachBeforeItReadsTheNext()
    {
        using var body = new MemoryStream();
        var context = new DefaultHttpContext();
        context.Response.Body = body;
        var sent = new List<long>();
        var list = new LongList<string, string>(
            new PageRequest(),
            Page(0),
            (request, _) =>
            {
                sent.Add(body.Length);
                return ValueTask.FromResult(Page((int)request.After));
            },
            item => item);

        await list.ExecuteAsync(context);

        Assert.Equal(Pages - 1, sent.Count);
        Assert.All(sent.Index(), page => Assert.InRange(page.Item, (page.Index + 1L) * PageCharacters, (page.Index + 2L) * PageCharacters));
        body.Position = 0;
        var written = await JsonSerializer.DeserializeAsync<JsonElement>(body, cancellationToken: Token);
        Assert.Equal((Pages, Pages), (written.GetProperty("count").GetInt32(), written.GetProperty("result").GetArrayLength()));
    }

    private static Page<string> Page(int index) => new([new string('x', PageCharacters)], index < Pages - 1 ? index + 1 : null, Pages);
}
