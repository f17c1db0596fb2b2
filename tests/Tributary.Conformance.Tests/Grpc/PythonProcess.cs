// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;

namespace Tributary.Conformance.Tests.Grpc;

/// <summary>A running script that does not outlive its test.</summary>
internal sealed class PythonProcess(string script, params string[] arguments) : IDisposable
{
    private readonly Process _process = Grpcio.Start(script, arguments);

    /// <summary>Returns the next line that the script writes; null at its end.</summary>
    public async Task<string?> ReadLineAsync()
    {
        var token = TestContext.Current.CancellationToken;
        return await _process.StandardOutput.ReadLineAsync(token).AsTask().WaitAsync(TestLimits.Step, token);
    }

    /// <summary>Lets a script go on that waits for a line.</summary>
    public Task TellAsync() => _process.StandardInput.WriteLineAsync();

    /// <summary>Sends a signal, such as <c>STOP</c>.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    public void Kill() => _process.Kill();

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }
}
