// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics.Metrics;
using Tributary.Core;
using Tributary.Core.Repository;

namespace Tributary.Repository;

/// <summary>The metrics of the repository role; those of its requests are the server's own.</summary>
internal sealed class RepositoryMetrics
{
    private readonly Histogram<long> _stored;
    private readonly Histogram<long> _served;
    private readonly Counter<long> _refused;

    public RepositoryMetrics(IMeterFactory factory)
    {
        var meter = factory.Create($"{TributaryDiagnostics.Name}.Repository");
        _stored = meter.CreateSizes("tributary.repository.stored.size", "Size of a file that was stored");
        _served = meter.CreateSizes("tributary.repository.served.size", "Size of a file that was sent to a caller, as a whole or in part");
        _refused = meter.CreateCounter<long>("tributary.repository.refused", "{file}", "Files that were not stored or not sent, by reason");
    }

    public void FileStored(RepositoryKind kind, long bytes) => _stored.Record(bytes, Kind(kind));

    public void FileServed(RepositoryKind kind, long bytes) => _served.Record(bytes, Kind(kind));

    public void FileRefused(FileRefusal reason) => _refused.Add(1, new KeyValuePair<string, object?>(TributaryDiagnostics.Reason, reason switch
    {
        FileRefusal.Size => "size",
        FileRefusal.Quota => "quota",
        FileRefusal.Signature => "signature",
        _ => "content",
    }));

    private static KeyValuePair<string, object?> Kind(RepositoryKind kind) => new("tributary.repository.kind", kind switch
    {
        RepositoryKind.Model => "model",
        RepositoryKind.TrainingResult => "training_result",
        RepositoryKind.Strategy => "strategy",
        RepositoryKind.Transformation => "transformation",
        _ => "collector",
    });
}

/// <summary>The reason why a file was not stored or not sent.</summary>
internal enum FileRefusal
{
    /// <summary>The file is longer than any file may be.</summary>
    Size,

    /// <summary>The caller has stored as much as it may.</summary>
    Quota,

    /// <summary>A signature is missing or wrong.</summary>
    Signature,

    /// <summary>The content is not allowed.</summary>
    Content,
}
