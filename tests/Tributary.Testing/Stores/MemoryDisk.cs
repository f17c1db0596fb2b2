// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Identity;

namespace Tributary.Testing.Stores;

/// <summary>What stores in memory hold. It outlives them, as a disk outlives a process: new stores on the same disk go on with it.</summary>
public sealed class MemoryDisk
{
    /// <summary>Held by all stores on this disk while they look at it or change it.</summary>
    internal Lock Lock { get; } = new();

    /// <summary>Rises with every change.</summary>
    public long Version { get; internal set; }

    /// <summary>The newest epoch of each key.</summary>
    public Dictionary<CoordinationKey, long> Epochs { get; } = [];

    public List<ClientRecord> Clients { get; } = [];

    public List<ModelRecord> Models { get; } = [];

    public Dictionary<ModelId, byte[]> ModelBytes { get; } = [];

    public List<SessionRecord> Sessions { get; } = [];

    public List<RunRecord> Runs { get; } = [];

    public SortedDictionary<long, RoundRecord> Rounds { get; } = [];

    public List<RoundSelection> Selections { get; } = [];

    public Dictionary<ModelId, UploadRecord> Uploads { get; } = [];

    public Dictionary<ModelId, byte[]> UploadBytes { get; } = [];

    public List<AcceptedUpdate> Updates { get; } = [];

    public List<Report> Reports { get; } = [];

    public Dictionary<string, string> Settings { get; } = [];

    public List<ApiToken> Tokens { get; } = [];

    public List<RepositoryEntry> RepositoryEntries { get; } = [];

    /// <summary>When each entry was added, as a number that rises.</summary>
    public Dictionary<(RepositoryKind Kind, RepositoryKey Key), long> RepositorySequences { get; } = [];

    public List<RepositoryFile> RepositoryFiles { get; } = [];

    /// <summary>When each file was stored, by its id, as a number that rises.</summary>
    public Dictionary<string, long> RepositoryFileSequences { get; } = [];

    /// <summary>How many documents and files have ever been stored.</summary>
    public long RepositoryCount { get; set; }

    public Dictionary<string, byte[]> RepositoryBytes { get; } = [];

    public List<AuditRecord> RepositoryAudit { get; } = [];

    /// <summary>Contents without a record, and since when.</summary>
    public Dictionary<string, DateTimeOffset> OrphanedBlobs { get; } = [];

    /// <summary>Takes the lead of a key, as another process would.</summary>
    public long TakeEpoch(CoordinationKey key) => Epochs[key] = Epochs.GetValueOrDefault(key) + 1;

    /// <summary>Adds a model that no session has made, such as a round begins with.</summary>
    public void AddModel(string id, byte[] bytes)
    {
        ModelBytes[ModelId.Parse(id)] = bytes;
        Models.Add(new ModelRecord
        {
            Id = ModelId.Parse(id),
            Name = "n",
            Format = "npz",
            Data = new ModelData(bytes.Length, "f"),
            CommittedAt = DateTimeOffset.UnixEpoch,
        });
    }
}
