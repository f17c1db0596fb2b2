// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Storage.Tests;

/// <summary>SQLite and files in a folder of their own.</summary>
internal sealed class EmbeddedHost : StoreHost
{
    private readonly TemporaryFolder _folder = new();
    private DataFolder _data;
    private ServiceProvider _services;

    public EmbeddedHost() => (_data, _services) = Open(_folder.Path, Time);

    public override IServiceProvider Services => _services;

    /// <summary>Its folder, for looking behind the stores.</summary>
    public string Path => _folder.Path;

    public static (DataFolder Folder, ServiceProvider Services) Open(string path, TimeProvider time)
    {
        var folder = new DataFolder(path);
        var services = new ServiceCollection().AddLogging().AddSingleton(time).AddSingleton(IdSource.Unpredictable).AddEmbeddedStorage(folder);
        return (folder, services.BuildServiceProvider());
    }

    public override void Restart()
    {
        Close();
        (_data, _services) = Open(_folder.Path, Time);
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
