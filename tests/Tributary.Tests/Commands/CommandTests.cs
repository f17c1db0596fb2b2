// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;
using Tributary.Tests.Client;

namespace Tributary.Tests.Commands;

public sealed class CommandTests : FolderTests
{
    [Theory]
    [InlineData("demo")]
    [InlineData("client")]
    [InlineData("serve")]
    [InlineData("session")]
    [InlineData("session", "start")]
    [InlineData("session", "list")]
    [InlineData("session", "status")]
    [InlineData("session", "stop")]
    [InlineData("model")]
    [InlineData("model", "upload")]
    [InlineData("model", "list")]
    [InlineData("model", "download")]
    [InlineData("repository")]
    [InlineData("repository", "check")]
    [InlineData("repository", "dump")]
    [InlineData("repository", "restore")]
    [InlineData("repository", "import")]
    [InlineData("repository", "export")]
    public async Task Help_AnyCommand_SaysWhatItDoes(params string[] command)
    {
        var (code, output, error) = await CommandLine.RunAsync([.. command, "--help"]);

        Assert.Equal((0, ""), (code, error));
        Assert.Contains("Description:", output, StringComparison.Ordinal);
        Assert.Contains(string.Join(' ', command), output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--participants is 0; expected 1 to 100.", "demo", "--participants", "0")]
    [InlineData("--rounds is 0; expected 1 to 1000.", "demo", "--rounds", "0")]
    [InlineData("--shard is 2; expected less than --of, which is 2.", "client", "--shard", "2", "--of", "2")]
    [InlineData("--controller is 'nowhere'; expected http://HOST:PORT or https://HOST:PORT.", "model", "list", "--controller", "nowhere")]
    [InlineData("--controller is 'http://192.0.2.1:8092/', and a token (--token or TRIBUTARY_TOKEN) is sent only over https or to a loopback address; expected https://HOST:PORT, or --allow-token-over-http.", "model", "list", "--controller", "http://192.0.2.1:8092", "--token", "secret")]
    [InlineData("The controller at http://0.0.0.0:1/api/v1/ cannot be reached", "model", "list", "--controller", "http://0.0.0.0:1", "--token", "secret", "--allow-token-over-http")]
    [InlineData("Exactly one of --model, --initial-model and --digits is needed.", "session", "start")]
    [InlineData("Exactly one of --model, --initial-model and --digits is needed.", "session", "start", "--digits", "--model", "m")]
    public async Task Arguments_Wrong_AreAnErrorThatSaysWhatIsExpected(string message, params string[] arguments)
    {
        var (code, _, error) = await CommandLine.RunAsync(arguments);

        Assert.Equal(1, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Combiner:MaxClients=abc", "Combiner:MaxClients is 'abc'; expected a whole number.")]
    [InlineData("Combiner:ClientTimeout=soon", "Combiner:ClientTimeout is 'soon'; expected a time such as 00:00:30.")]
    [InlineData("Combiner:MaxClients=0", "Combiner:MaxClients is 0; expected 1 to 1000000.")]
    [InlineData("Sessions:MaxActive=0", "Sessions:MaxActive is 0; expected 1 to 10000.")]
    [InlineData("Sessions:MaxActive=many", "Sessions:MaxActive is 'many'; expected a whole number.")]
    [InlineData("Sessions:MaxActvie=3", "Sessions:MaxActvie is unknown; expected one of MaxActive.")]
    [InlineData("Combiner:MaxClinets=3", "Combiner:MaxClinets is unknown; expected one of Name, ")]
    [InlineData("Server:Dta=x", "Server:Dta is unknown; expected one of Data, Combiner, Controller, Operations, Repository, Roles, Insecure, MaxConnections, Preload, Plugins.")]
    [InlineData("Server:Controller=http://127.0.0.1:99999", "Server:Controller is 'http://127.0.0.1:99999'; expected http://ADDRESS:PORT or https://ADDRESS:PORT")]
    [InlineData("Server:Controller=8092", "Server:Controller is '8092'; expected http://ADDRESS:PORT or https://ADDRESS:PORT")]
    [InlineData("Server:Controller=http://127.0.0.1:8092/api", "Server:Controller is 'http://127.0.0.1:8092/api'; expected http://ADDRESS:PORT")]
    [InlineData("Server:Controller=http://127.0.0.1:12080", "Server:Controller is 'http://127.0.0.1:12080/', which Server:Combiner has too; expected another port.")]
    [InlineData("Combinr:Name=x", "Combinr is no section of the settings; expected one of AllowedHosts, Authentication, Combiner, ")]
    [InlineData("URLS=http://0.0.0.0:80", "URLS is no section of the settings; ")]
    [InlineData("PREFERHOSTINGURLS=true", "PREFERHOSTINGURLS is no section of the settings; ")]
    [InlineData("Grpc:StreamWindow=70000", "Grpc:StreamWindow is no setting; expected ConnectionWindowBytes, MaxBufferedBytes, MessageTime, Reflection, StreamWindowBytes.")]
    [InlineData("Server:MaxConnections=many", "Server:MaxConnections is 'many'; expected a whole number.")]
    [InlineData("Server:MaxConnections=0", "Server:MaxConnections is 0; expected 1 or more.")]
    [InlineData("Server:Insecure=perhaps", "Server:Insecure is 'perhaps'; expected true or false.")]
    public async Task Serve_BadSetting_IsOneLine(string setting, string message)
    {
        var (code, output, error) = await CommandLine.RunAsync("serve", "--data", Folder.Combine("data"), "--set", setting);

        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith(message, Assert.Single(error.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    public static TheoryData<byte[]> Damages => new()
    {
        { [.. "no database at all"u8] },
        { [.. "SQLite format 3\0"u8, 16, 0, 1, 1, 0, 64, 32, 32, .. Enumerable.Repeat((byte)0xA5, 8192 - 24)] },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Serve_DatabaseDamaged_NamesTheFileAndSaysWhatToDo(byte[] content)
    {
        var path = Folder.Combine("data/tributary.db");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, content, Token);

        var (code, output, error) = await CommandLine.RunAsync("serve", "--data", Path.GetDirectoryName(path)!);

        Assert.Equal((1, ""), (code, output));
        var line = Assert.Single(error.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith(
            $"The database '{path}' cannot be used; it may be damaged. Put back a copy of the whole data folder, or begin with another folder. SQLite Error ",
            line,
            StringComparison.Ordinal);
        Assert.Equal(content, await File.ReadAllBytesAsync(path, Token));
    }

    [Fact]
    public async Task ServeHelp_ListsEverySetting()
    {
        var (_, output, _) = await CommandLine.RunAsync("serve", "--help");

        Assert.All(Tributary.Server.ServerConfiguration.Names, name => Assert.Contains(name, output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("model", "list")]
    [InlineData("session", "status", "s")]
    [InlineData("session", "start", "--digits")]
    public async Task AnyCommand_NobodyListens_FailsWithALine(params string[] command)
    {
        var (code, output, error) = await CommandLine.RunAsync([.. command, "--controller", "http://127.0.0.1:1"]);

        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith("The controller at http://127.0.0.1:1/api/v1/ cannot be reached", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_Json_PrintsOneObjectAndNothingElse()
    {
        var data = Folder.Combine("data");
        var (code, output, error) = await CommandLine.RunAsync("demo", "--json", "--rounds", "2", "--participants", "3", "--seed", "9", "--data", data);

        Assert.Equal((0, ""), (code, error));
        using var document = JsonDocument.Parse(output);
        var root = document.RootElement;
        Assert.Equal(
            ["seed", "participants", "strategy", "attackers", "fedavg_accuracy", "rounds", "federated_accuracy", "central_accuracy", "single_client_accuracy", "repository", "model"],
            root.EnumerateObject().Select(p => p.Name));
        Assert.Equal((9, 3, 2), (root.GetProperty("seed").GetInt32(), root.GetProperty("participants").GetInt32(), root.GetProperty("rounds").GetArrayLength()));
        Assert.Equal(
            ["round", "loss", "accuracy", "clients", "bytes", "seconds"], root.GetProperty("rounds")[1].EnumerateObject().Select(p => p.Name));
        Assert.Equal(root.GetProperty("rounds")[1].GetProperty("accuracy").GetDouble(), root.GetProperty("federated_accuracy").GetDouble());
        Assert.Equal(Path.Combine(data, "model.npz"), root.GetProperty("model").GetString());
        Assert.True(File.Exists(Path.Combine(data, "model.npz")));
    }

    [Fact]
    public async Task Demo_Plain_EndsWithTheFigures()
    {
        var data = Folder.Combine("data");
        var (code, output, _) = await CommandLine.RunAsync("demo", "--rounds", "1", "--participants", "2", "--data", data);

        Assert.Equal(0, code);
        Assert.Matches(
            @"^round .*\n +1 .*\nfederated accuracy: 0\.\d{3}\ncentral accuracy: 0\.\d{3}\nsingle client accuracy: 0\.\d{3}\n" +
            @"in the repository: training-results/digits/1/1001, accuracy 0\.\d{3} on the participants' own images\nmodel: .*model\.npz\n$",
            output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Demo_FolderInUse_FailsWithALine()
    {
        await using var server = await ServerHost.StartAsync();

        var (code, _, error) = await CommandLine.RunAsync("demo", "--data", server.DataFolder);

        Assert.Equal(1, code);
        Assert.Contains("is in use by another process", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_UploadedListedDownloaded_AreTheSameFile()
    {
        await using var server = await ServerHost.StartAsync();
        var (source, target) = (Folder.Combine("a.npz"), Folder.Combine("b.npz"));
        await File.WriteAllBytesAsync(source, NpzModel.Encode(1, 2), Token);
        var controller = $"{server.Controller}";

        var uploaded = await CommandLine.RunAsync("model", "upload", source, "--name", "mine", "--controller", controller);
        var id = uploaded.Output.Trim();
        var listed = await CommandLine.RunAsync("model", "list", "--json", "--controller", controller);
        var downloaded = await CommandLine.RunAsync("model", "download", id, target, "--controller", controller);
        var missing = await CommandLine.RunAsync("model", "download", "nobody", target + "2", "--controller", controller);

        Assert.Equal((0, 0, 0), (uploaded.Code, listed.Code, downloaded.Code));
        using var models = JsonDocument.Parse(listed.Output);
        Assert.Equal((id, "mine"), (models.RootElement[0].GetProperty("model_id").GetString(), models.RootElement[0].GetProperty("name").GetString()));
        Assert.Equal(await File.ReadAllBytesAsync(source, Token), await File.ReadAllBytesAsync(target, Token));
        Assert.Equal((1, "Entity with id: nobody not found"), (missing.Code, missing.Error.Trim()));
        Assert.Equal(["a.npz", "b.npz"], Directory.GetFiles(Folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Sessions_StartedLookedAtStopped_SayWhereTheyStand()
    {
        await using var server = await ServerHost.StartAsync();
        await using var participants = new ParticipantGroup();
        participants.Add(server, "a", async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException("never reached");
        });
        using var client = server.Client();
        await client.WaitForClientsAsync(1);
        var controller = $"{server.Controller}";

        var started = await CommandLine.RunAsync("session", "start", "--digits", "--name", "first", "--json", "--controller", controller);
        using var session = JsonDocument.Parse(started.Output);
        var id = session.RootElement.GetProperty("session_id").GetString()!;
        await participants.NextAsync<ParticipantEvent.TaskStarted>();
        var running = await CommandLine.RunAsync("session", "status", id, "--controller", controller);
        var listed = await CommandLine.RunAsync("session", "list", "--controller", controller);
        var listedAsJson = await CommandLine.RunAsync("session", "list", "--json", "--controller", controller);
        var stopped = await CommandLine.RunAsync("session", "stop", id, "--controller", controller);
        var unknown = await CommandLine.RunAsync("session", "stop", "nobody", "--controller", controller);
        var tooFew = await CommandLine.RunAsync("session", "start", "--digits", "--clients-required", "9", "--controller", controller);

        Assert.Equal((0, 0, 0, 1, 1), (started.Code, running.Code, stopped.Code, unknown.Code, tooFew.Code));
        Assert.Equal((0, $"{id}  Started     1 of 10     first"), (listed.Code, listed.Output.TrimEnd()));
        using var sessions = JsonDocument.Parse(listedAsJson.Output);
        Assert.Equal((1, id), (sessions.RootElement.GetArrayLength(), sessions.RootElement[0].GetProperty("session_id").GetString()));
        Assert.Equal((1, 10), (sessions.RootElement[0].GetProperty("round").GetInt32(), sessions.RootElement[0].GetProperty("rounds").GetInt32()));
        Assert.Contains($"session: {id}\nname: first\nstatus: Started\nround 1: Pending", running.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Equal(SessionSummary.Terminated, (await client.Sessions.WaitUntilEndedAsync(id, Token)).Status);
    }
}
