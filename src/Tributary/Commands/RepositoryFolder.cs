// SPDX-License-Identifier: Apache-2.0

using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Core;
using Tributary.Core.Repository;
using Tributary.Server;
using Tributary.Storage;

namespace Tributary.Commands;

/// <summary>The repository of a data folder that no server uses.</summary>
internal sealed class RepositoryFolder : IDisposable
{
    private readonly DataFolder _folder;
    private readonly ServiceProvider _services;

    /// <exception cref="IOException">A server uses the folder, or it cannot be written.</exception>
    public RepositoryFolder(string path)
    {
        _folder = new DataFolder(path);
        try
        {
            _services = new ServiceCollection().AddSingleton(TimeProvider.System).AddSingleton(IdSource.Unpredictable).AddEmbeddedStorage(_folder)
                .BuildServiceProvider();
        }
        catch
        {
            _folder.Dispose();
            throw;
        }
    }

    public IRepositoryUpkeep Upkeep => _services.GetRequiredService<IRepositoryUpkeep>();

    public IRepositoryTransfer Transfer => _services.GetRequiredService<IRepositoryTransfer>();

    /// <summary>For what has to be put aside, gone at the next start.</summary>
    public string Spool => _folder.Incoming;

    public static Option<string> DataOption() => new("--data")
    {
        Description = $"The data folder (default: {ServerConfiguration.DefaultDataFolder}). No server may be using it.",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => ServerConfiguration.DefaultDataFolder,
    };

    /// <summary>Opens a folder that is there: looking into one must not make one.</summary>
    public static RepositoryFolder OpenExisting(string path) => Directory.Exists(path)
        ? new RepositoryFolder(path)
        : throw new DirectoryNotFoundException($"There is no data folder '{Path.GetFullPath(path)}'.");

    public void Dispose()
    {
        _services.Dispose();
        _folder.Dispose();
    }
}
