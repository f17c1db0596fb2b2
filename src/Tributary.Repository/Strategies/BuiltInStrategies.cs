// SPDX-License-Identifier: Apache-2.0

using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Tributary.Core.Repository;

namespace Tributary.Repository.Strategies;

/// <summary>The strategies whose file the server generates unless a caller has posted one of that name.</summary>
/// <remarks>
/// The file is a pickle of protocol 2 that names the class and creates it without calling its constructor, which a training collector
/// does after loading it.
/// </remarks>
internal static class BuiltInStrategies
{
    private static readonly FrozenDictionary<string, byte[]> Files = new Dictionary<string, byte[]>
    {
        ["fedavg"] = Pickle("flwr.server.strategy.fedavg", "FedAvg"),
        ["qfedavg"] = Pickle("flwr.server.strategy.qfedavg", "QFedAvg"),
        ["fault-tolerant-fedavg"] = Pickle("flwr.server.strategy.fault_tolerant_fedavg", "FaultTolerantFedAvg"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Opens the file of a built-in strategy; returns null when none has that name.</summary>
    public static RepositoryContent? Open(string name)
    {
        if (!Files.TryGetValue(name, out var bytes))
        {
            return null;
        }

        // To callers, the file has always existed.
        var record = new RepositoryFile(
            "", $"strategy/{name}", null, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)), DateTimeOffset.UnixEpoch);
        return new RepositoryContent(record, new MemoryStream(bytes, writable: false));
    }

    /// <summary>Returns a pickle of the operations PROTO 2, GLOBAL, EMPTY_TUPLE, NEWOBJ and STOP.</summary>
    private static byte[] Pickle(string module, string type) => [0x80, 2, (byte)'c', .. Encoding.ASCII.GetBytes($"{module}\n{type}\n"), (byte)')', 0x81, (byte)'.'];
}
