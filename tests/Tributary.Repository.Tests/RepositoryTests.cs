// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Repository.Tests;

/// <summary>Tests of the role on a data folder of their own.</summary>
public abstract class RepositoryTests : FolderTests
{
    protected const string ModelJson = """{"model_name":"m","model_version":"1"}""";

    /// <summary>The answer to a body that is no text, no JSON or no form.</summary>
    protected static readonly (int Status, string Text) Unreadable = (400, """{"detail":"There was an error parsing the body"}""");

    private protected Task<RepositoryHost> StartAsync(params (string Name, string Value)[] settings) =>
        RepositoryHost.StartAsync(Folder.Combine("data"), settings);

    /// <summary>With a model that has no file yet.</summary>
    private protected async Task<RepositoryHost> StartWithModelAsync(params (string Name, string Value)[] settings)
    {
        var host = await StartAsync(settings);
        Assert.Equal(201, await host.PostAsync("/model", ModelJson).StatusAsync());
        return host;
    }
}
