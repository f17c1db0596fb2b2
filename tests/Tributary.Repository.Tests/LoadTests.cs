// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;

namespace Tributary.Repository.Tests;

/// <summary>Many callers at once, reading and changing: everybody is answered, and nobody is told to try again.</summary>
public sealed class LoadTests : RepositoryTests
{
    private const int Readers = 24;
    private const int Rounds = 40;

    [Fact]
    public async Task Reads_WhileOthersStoreReplaceAndRemove_AreAllAnswered()
    {
        var answers = new ConcurrentDictionary<int, int>();

        // Connections are opened all at once, and the journal is taken up: both may be in the way of readers.
        foreach (var start in Enumerable.Range(0, 2))
        {
            await using var host = await StartAsync();
            Assert.Equal(start == 0 ? 201 : 400, await host.PostAsync("/model", ModelJson).StatusAsync());
            var writing = Task.WhenAll(Enumerable.Range(0, 2).Select(i => Task.Run(() => WriteAsync(host, string.Create(CultureInfo.InvariantCulture, $"w{i}")))));
            await Task.WhenAll(Enumerable.Range(0, Readers).Select(i => Task.Run(async () =>
            {
                do
                {
                    var path = i % 8 == 0 ? "/model" : "/model/meta?model_name=m&model_version=1";
                    answers.AddOrUpdate(await host.GetAsync(path).StatusAsync(), 1, (_, count) => count + 1);
                }
                while (!writing.IsCompleted);
            })));
            await writing;
        }

        Assert.Equal([200], answers.Keys);
    }

    private static async Task WriteAsync(RepositoryHost host, string name)
    {
        for (var i = 0; i < Rounds / 2; i++)
        {
            Assert.Equal(201, await host.PostAsync("/model", $$"""{"model_name":"{{name}}","model_version":"1"}""").StatusAsync());
            Assert.Equal(204, await host.PutFileAsync($"/model/{name}/1", new byte[i]).StatusAsync());
            Assert.Equal(204, await host.DeleteAsync($"/model/{name}/1").StatusAsync());
        }
    }
}
