// SPDX-License-Identifier: Apache-2.0

using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Tributary.Core.Repository;
using Tributary.Repository;
using Tributary.Server;
using Tributary.Storage;
using Tributary.Transfer;

namespace Tributary.Commands;

/// <summary>The repository of a data folder that no server uses.</summary>
internal sealed class RepositoryFolder : IDisposable
{
    private readonly DataFolder _folder;
    private readonly ServiceProvider _services;

    /// <exception cref="IOException">A server uses the folder, or the folder cannot be written.</exception>
    public RepositoryFolder(string path)
    {
        _folder = new DataFolder(path);
        try
        {
            // Loaded only by commands that need a setting: the others work even with wrong settings.
            _services = new ServiceCollection()
                .AddSingleton<IConfiguration>(_ => ServerConfiguration.Load(new Dictionary<string, string?>()))
                .AddEmbeddedStorage(_folder)
                .AddRepository()
                .BuildServiceProvider();
        }
        catch
        {
            _folder.Dispose();
            throw;
        }
    }

    public IRepositoryMaintenance Maintenance => _services.GetRequiredService<IRepositoryMaintenance>();

    public IRepositoryTransfer Transfer => _services.GetRequiredService<IRepositoryTransfer>();

    /// <summary>The repository as the target of a load.</summary>
    /// <exception cref="InvalidDataException">A setting of the repository is wrong.</exception>
    public RepositoryPlace Place
    {
        get
        {
            try
            {
                return new(Transfer, _folder.Incoming, _services.GetMaxDocumentBytes());
            }
            catch (Exception refused) when (refused is OptionsValidationException or InvalidOperationException)
            {
                throw new InvalidDataException(refused.Message, refused);
            }
        }
    }

    public static Option<string> DataOption() => new("--data")
    {
        Description = $"The data folder (default: {ServerConfiguration.DefaultDataFolder}). No server may be using it.",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => ServerConfiguration.DefaultDataFolder,
    };

    /// <summary>Opens an existing folder: a command that only reads must not create one.</summary>
    public static RepositoryFolder OpenExisting(string path) => Directory.Exists(path)
        ? new RepositoryFolder(path)
        : throw new DirectoryNotFoundException($"There is no data folder '{Path.GetFullPath(path)}'.");

    public void Dispose()
    {
        _services.Dispose();
        _folder.Dispose();
    }
}
