// SPDX-License-Identifier: Apache-2.0

using System.Security.Cryptography;
using Tributary.Core.Models;
using Tributary.Core.Repository;

namespace Tributary.Fuzz;

/// <summary>Files that are begun and never kept, in memory, counted.</summary>
internal sealed class FuzzUploads
{
    /// <summary>Those that have not been disposed.</summary>
    public int Open { get; private set; }

    public ValueTask<RepositoryUpload> BeginAsync(CancellationToken cancellationToken)
    {
        Open++;
        return new(new Upload(this));
    }

    private sealed class Upload(FuzzUploads uploads) : RepositoryUpload
    {
        private readonly MemoryStream _bytes = new();

        public override Stream Stream => _bytes;

        public override ModelData Describe() => new(_bytes.Length, Convert.ToHexStringLower(SHA256.HashData(_bytes.ToArray())));

        public override Stream OpenRead() => new MemoryStream(_bytes.ToArray(), writable: false);

        public override ValueTask<bool> CommitAsync(
            RepositoryKind kind, RepositoryKey key, string name, string? trainingId, AuditEntry audit, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public override ValueTask<bool> CommitWithAsync(
            RepositoryEntry entry, string name, string? trainingId, AuditEntry audit, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public override ValueTask DisposeAsync()
        {
            uploads.Open--;
            return _bytes.DisposeAsync();
        }
    }
}
