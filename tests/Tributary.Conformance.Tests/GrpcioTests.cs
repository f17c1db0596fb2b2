// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Conformance.Tests;

/// <summary>Clients written with grpcio, against a real server.</summary>
public sealed class GrpcioTests : FolderTests
{
    [Fact]
    public async Task Server_PythonClientsPlayTheTable_EveryCaseHolds()
    {
        await Grpcio.GenerateAsync(Folder.Path);
        await using var server = await ServerProcess.StartAsync(new ServerStart(Folder.Combine("data")), Token);

        var output = await Grpcio.RunAsync("fedn_round.py", server.Combiner.Authority, server.Controller.ToString().TrimEnd('/'), Folder.Path);

        var cases = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(await Grpcio.CountCasesAsync("fedn_round.py"), cases.Count);
        Assert.All(cases, result => Assert.True(result["failed"] is null, $"{result["case"]}: {result["failed"]}\nserver: {server.Errors}"));
    }
}
