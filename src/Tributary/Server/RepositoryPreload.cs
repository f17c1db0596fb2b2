// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tributary.Core.Repository;
using Tributary.Repository;
using Tributary.Storage;
using Tributary.Transfer;

namespace Tributary.Server;

/// <summary>The preload of an empty repository, before a server takes calls: an image can ship with its models.</summary>
internal static partial class RepositoryPreload
{
    /// <exception cref="InvalidDataException">The file is wrong; nothing of it is loaded.</exception>
    public static async Task RunAsync(string path, DataFolder folder, IServiceProvider services, CancellationToken cancellationToken)
    {
        var transfer = services.GetRequiredService<IRepositoryTransfer>();
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("Tributary.Repository");
        if (!await transfer.IsEmptyAsync(cancellationToken))
        {
            LogKept(logger, path);
            return;
        }

        await using var file = RepositorySource.Open(path);
        var source = RepositorySource.Recognize(file);
        var place = new RepositoryPlace(transfer, folder.Incoming, services.GetMaxDocumentBytes());
        if (await source.LoadAsync(file, Path.GetFileName(path), "preload", place, LoadMode.Empty, cancellationToken) is { } report)
        {
            LogLoaded(logger, path, report.Documents, report.Files);
            foreach (var left in report.LeftOut)
            {
                LogLeftOut(logger, path, left);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The repository is not empty: {File} is not preloaded")]
    private static partial void LogKept(ILogger logger, string file);

    [LoggerMessage(Level = LogLevel.Information, Message = "The repository is preloaded from {File}: {Documents} documents, {Files} files")]
    private static partial void LogLoaded(ILogger logger, string file, long documents, long files);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Content of {File} that the repository does not keep was left out: {Detail}")]
    private static partial void LogLeftOut(ILogger logger, string file, string detail);
}
