// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Conformance.Tests.Grpc;

/// <summary>The client of grpcio against the server: single calls.</summary>
public sealed class PythonClientTests
{
    [Fact]
    public async Task GrpcioClient_PlaysTheTable_EveryCaseHolds()
    {
        using var folder = new TemporaryFolder();
        await Grpcio.GenerateAsync(folder.Path);
        await using var combiner = await GrpcHost.StartCombinerAsync();
        await using var probes = await GrpcHost.StartProbesAsync();

        var output = await Grpcio.RunAsync("grpc_client.py", folder.Path, combiner.Address.Authority, probes.Address.Authority);

        var cases = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(await Grpcio.CountCasesAsync("grpc_client.py"), cases.Count);
        Assert.All(cases, result => Assert.True(result["failed"] is null, $"{result["case"]}: {result["failed"]}"));
    }
}
