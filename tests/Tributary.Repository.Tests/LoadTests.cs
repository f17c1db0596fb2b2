// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Tributary.Testing;

namespace Tributary.Repository.Tests;

/// <summary>Many callers at once, reading and changing: everybody is answered, and nobody is told to try again.</summary>
public sealed class LoadTests : IDisposable
{
    private const int Readers = 24;
    private const int Rounds = 40;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Reads_WhileOthersStoreReplaceAndRemove_AreAllAnswered()
    {
        var answers = new ConcurrentDictionary<string, int>();

        // Connections are opened all at once, and the journal is taken up: both may be in the way of readers.
        foreach (var start in Enumerable.Range(0, 2))
        {
            await using var host = await RepositoryHost.StartAsync(_folder.Combine("data"));
            using var added = await host.PostAsync("/model", """{"model_name":"m","model_version":"1"}""");
            Assert.Equal(start == 0 ? HttpStatusCode.Created : HttpStatusCode.BadRequest, added.StatusCode);
            var writing = Task.WhenAll(Enumerable.Range(0, 2).Select(i => Task.Run(() => WriteAsync(host, string.Create(CultureInfo.InvariantCulture, $"w{i}")))));
            await Task.WhenAll(Enumerable.Range(0, Readers).Select(i => Task.Run(async () =>
            {
                do
                {
                    var path = i % 8 == 0 ? "/model" : "/model/meta?model_name=m&model_version=1";
                    using var answer = await host.Client.GetAsync(path, TestContext.Current.CancellationToken);
                    answers.AddOrUpdate($"{(int)answer.StatusCode}", 1, (_, count) => count + 1);
                }
                while (!writing.IsCompleted);
            })));
            await writing;
        }

        Assert.Equal(["200"], answers.Keys);
    }

    private static async Task WriteAsync(RepositoryHost host, string name)
    {
        for (var i = 0; i < Rounds / 2; i++)
        {
            using var added = await host.PostAsync("/model", $$"""{"model_name":"{{name}}","model_version":"1"}""");
            using var stored = await host.PutFileAsync($"/model/{name}/1", new byte[i]);
            using var removed = await host.Client.DeleteAsync($"/model/{name}/1", TestContext.Current.CancellationToken);
            Assert.Equal(
                (HttpStatusCode.Created, HttpStatusCode.NoContent, HttpStatusCode.NoContent), (added.StatusCode, stored.StatusCode, removed.StatusCode));
        }
    }
}
