// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.DependencyInjection;
using Tributary.Core.Identity;
using Tributary.Storage;

namespace Tributary.Commands;

/// <summary>The tokens of a data folder, whether or not a server uses it.</summary>
internal sealed class TokenFolder : IDisposable
{
    private readonly DataFolder? _folder;
    private readonly ServiceProvider _services;

    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="InvalidDataException">The database cannot be used, or not by this version beside the server that uses it.</exception>
    public TokenFolder(string path)
    {
        var services = new ServiceCollection();
        try
        {
            _folder = new DataFolder(path);
        }
        catch (IOException)
        {
            // A server holds the folder: its database takes a second writer, as long as both agree on the schema.
            _services = services.AddSharedTokens(path).BuildServiceProvider();
            return;
        }

        try
        {
            _services = services.AddEmbeddedStorage(_folder).BuildServiceProvider();
        }
        catch
        {
            _folder.Dispose();
            throw;
        }
    }

    public ITokenStore Tokens => _services.GetRequiredService<ITokenStore>();

    public void Dispose()
    {
        _services.Dispose();
        _folder?.Dispose();
    }
}
