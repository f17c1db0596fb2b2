// SPDX-License-Identifier: Apache-2.0

using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Tributary.Core.Repository;

namespace Tributary.Repository.Strategies;

/// <summary>Strategies whose file the server writes itself as long as nobody has posted one of that name.</summary>
/// <remarks>
/// The file is a pickle of protocol 2 that names the class and creates it empty: a training collector calls its constructor after loading it.
/// </remarks>
internal static class BuiltInStrategies
{
    private static readonly FrozenDictionary<string, byte[]> Files = new Dictionary<string, byte[]>
    {
        ["fedavg"] = Pickle("flwr.server.strategy.fedavg", "FedAvg"),
        ["qfedavg"] = Pickle("flwr.server.strategy.qfedavg", "QFedAvg"),
        ["fault-tolerant-fedavg"] = Pickle("flwr.server.strategy.fault_tolerant_fedavg", "FaultTolerantFedAvg"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The file of a strategy, or null when none of that name is built in.</summary>
    public static RepositoryContent? Open(string name)
    {
        if (!Files.TryGetValue(name, out var bytes))
        {
            return null;
        }

        // It has been there for ever, as far as callers can tell.
        var record = new RepositoryFile(
            "", $"strategy/{name}", null, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)), DateTimeOffset.UnixEpoch);
        return new RepositoryContent(record, new MemoryStream(bytes, writable: false));
    }

    /// <summary>PROTO 2, GLOBAL, EMPTY_TUPLE, NEWOBJ, STOP.</summary>
    private static byte[] Pickle(string module, string type) => [0x80, 2, (byte)'c', .. Encoding.ASCII.GetBytes($"{module}\n{type}\n"), (byte)')', 0x81, (byte)'.'];
}
