// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.DependencyInjection;
using Tributary.Core;
using Tributary.Testing;
using Tributary.Testing.Suites;

namespace Tributary.Storage.Tests;

/// <summary>SQLite and files in a folder of their own.</summary>
internal sealed class EmbeddedHost : StoreHost
{
    private readonly TemporaryFolder _folder = new();
    private DataFolder _data;
    private ServiceProvider _services;

    public EmbeddedHost() => (_data, _services) = Open(_folder.Path);

    public override IServiceProvider Services => _services;

    public static (DataFolder Folder, ServiceProvider Services) Open(string path)
    {
        var folder = new DataFolder(path);
        var services = new ServiceCollection().AddLogging().AddSingleton(IdSource.Unpredictable).AddEmbeddedStorage(folder);
        return (folder, services.BuildServiceProvider());
    }

    public override void Restart()
    {
        Close();
        (_data, _services) = Open(_folder.Path);
    }

    public override void Dispose()
    {
        Close();
        _folder.Dispose();
    }

    private void Close()
    {
        _services.Dispose();
        _data.Dispose();
    }
}
