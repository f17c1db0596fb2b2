// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;

namespace Tributary.Tests.Commands;

/// <summary>The program as a process, which is gone at the latest when this is disposed.</summary>
internal sealed class TributaryProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string?> _errors = [];
    private readonly ConcurrentQueue<string> _output = [];
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    public TributaryProcess(params string[] arguments)
        : this(AppContext.BaseDirectory, arguments)
    {
    }

    /// <summary>Runs it in a folder, which is where it looks for its settings.</summary>
    public TributaryProcess(string folder, string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Tributary.dll");
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [program, .. arguments])
            {
                UseShellExecute = false,
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                _lines.Writer.TryComplete();
                return;
            }

            _output.Enqueue(line.Data);
            _lines.Writer.TryWrite(line.Data);
        };
        _process.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private string Error => string.Join(Environment.NewLine, _errors);

    /// <summary>The next line of its output that begins so.</summary>
    public async Task<string> LineAsync(string beginning)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(Token);
        late.CancelAfter(TestLimits.Step);
        try
        {
            await foreach (var line in _lines.Reader.ReadAllAsync(late.Token))
            {
                if (line.StartsWith(beginning, StringComparison.Ordinal))
                {
                    return line;
                }
            }
        }
        catch (OperationCanceledException)
        {
        }

        throw new TimeoutException($"No line '{beginning}…' came. Error output: {Error}");
    }

    /// <summary>Waits for its end.</summary>
    public async Task<(int Code, string Output)> EndAsync()
    {
        await _process.WaitForExitAsync(Token).WaitAsync(TestLimits.Step, Token);
        return _process.ExitCode == 0 ? (0, string.Join(Environment.NewLine, _output)) : throw new InvalidOperationException($"It ended with {_process.ExitCode}: {Error}");
    }

    /// <summary>Waits for its end by itself, which is no success, and returns its error output.</summary>
    public async Task<(int Code, string Error)> FailAsync()
    {
        await _process.WaitForExitAsync(Token).WaitAsync(TestLimits.Step, Token);
        return (_process.ExitCode, Error);
    }

    /// <summary>Asks it to stop, as a service manager does, and waits for its end.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Token);
        await _process.WaitForExitAsync(Token).WaitAsync(TestLimits.Step, Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }
}
