// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Tributary.Testing;

/// <summary>A real server in a process of its own, on loopback.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string?> _errors = [];

    private ServerProcess(Process process) => _process = process;

    /// <summary>Where it listens for gRPC.</summary>
    public Uri Combiner { get; private set; } = null!;

    /// <summary>Where it listens for REST.</summary>
    public Uri Controller { get; private set; } = null!;

    /// <summary>Where the repository listens for REST.</summary>
    public Uri Repository { get; private set; } = null!;

    public int Id => _process.Id;

    /// <summary>What it has logged.</summary>
    public string Errors => string.Join('\n', _errors);

    /// <summary>The built executable: its output folder lies beside that of the running tests.</summary>
    public static string Executable => Locate("Tributary");

    /// <summary>The hook that kills a server at a step.</summary>
    public static string KillHook => Locate("Tributary.Testing.KillHook");

    /// <summary>The built plug-in of the sample.</summary>
    public static string SamplePlugin => Locate("Tributary.Samples.NormBound");

    /// <summary>Starts a server and returns when it has said where it listens.</summary>
    public static async Task<ServerProcess> StartAsync(ServerStart start, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            start.Executable, "serve", "--data", start.Data,
            "--combiner", start.Address(start.CombinerPort), "--controller", start.Address(start.ControllerPort), "--operations", start.Address(0),
            "--repository", start.Address(0),
        ];
        var info = new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = start.WorkingDirectory,
        };
        foreach (var (name, value) in start.Environment)
        {
            info.Environment[name] = value;
        }

        LetItBeKilled(info, start.KillAt);
        var server = new ServerProcess(Process.Start(info)!);
        server._process.ErrorDataReceived += (_, line) => server._errors.Enqueue(line.Data);
        server._process.BeginErrorReadLine();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(TestLimits.Step);
        try
        {
            server.Combiner = await server.ReadAddressAsync("combiner", timeout.Token);
            server.Controller = await server.ReadAddressAsync("controller", timeout.Token);
            await server.ReadAddressAsync("operations", timeout.Token);
            server.Repository = await server.ReadAddressAsync("repository", timeout.Token);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs another command of the executable to its end, or to the step at which it is killed.</summary>
    public static async Task<(int Code, string Output)> RunAsync(string? killAt, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var info = new ProcessStartInfo("dotnet", [Executable, .. arguments]) { RedirectStandardOutput = true, UseShellExecute = false };
        LetItBeKilled(info, killAt);
        using var process = Process.Start(info)!;
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, output);
    }

    /// <summary>Waits for its end and returns its exit code; 137 after a kill.</summary>
    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync(Token).WaitAsync(TestLimits.Step, Token);
        return _process.ExitCode;
    }

    /// <summary>As <c>kill -9</c>.</summary>
    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private static string Locate(string project)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(output.Parent!.Parent!.FullName, project, output.Name, $"{project}.dll");
    }

    private static void LetItBeKilled(ProcessStartInfo info, string? step)
    {
        if (step is not null)
        {
            info.Environment["DOTNET_STARTUP_HOOKS"] = KillHook;
            info.Environment["TRIBUTARY_KILL_AT"] = step;
        }
    }

    private async Task<Uri> ReadAddressAsync(string role, CancellationToken cancellationToken)
    {
        var line = await _process.StandardOutput.ReadLineAsync(cancellationToken);
        return line is not null && line.StartsWith(role, StringComparison.Ordinal)
            ? new Uri(line[role.Length..].Trim())
            : throw new InvalidOperationException($"The server said '{line}'; expected the address of its {role}. It logged: {Errors}");
    }
}

/// <summary>How a server is started.</summary>
public sealed record ServerStart(string Data)
{
    /// <summary>0 lets the system choose.</summary>
    public int CombinerPort { get; init; }

    /// <summary>0 lets the system choose.</summary>
    public int ControllerPort { get; init; }

    /// <summary>Where it looks for its settings; empty means where the tests run.</summary>
    public string WorkingDirectory { get; init; } = "";

    /// <summary>The executable, which can be that of another build.</summary>
    public string Executable { get; init; } = ServerProcess.Executable;

    /// <summary>The scheme of its addresses.</summary>
    public string Scheme { get; init; } = Uri.UriSchemeHttp;

    /// <summary>The step at which it is killed, or null.</summary>
    public string? KillAt { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    internal string Address(int port) => string.Create(CultureInfo.InvariantCulture, $"{Scheme}://127.0.0.1:{port}");
}
