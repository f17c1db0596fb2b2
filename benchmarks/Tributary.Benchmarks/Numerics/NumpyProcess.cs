// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Tributary.Benchmarks.Numerics;

/// <summary>A process of python3 with numpy that runs the baselines in turn with the kernels.</summary>
internal sealed class NumpyProcess : IDisposable
{
    private readonly Process _process;

    /// <exception cref="System.ComponentModel.Win32Exception">There is no such interpreter.</exception>
    public NumpyProcess(string interpreter)
    {
        var start = new ProcessStartInfo(interpreter, [ScriptPath()]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["OPENBLAS_NUM_THREADS"] = "1";
        start.Environment["OMP_NUM_THREADS"] = "1";
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{interpreter} does not start.");
    }

    /// <summary>Runs a case once and returns the seconds it took.</summary>
    public double Run(string name, int count, int parameters, int argument)
    {
        _process.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {count} {parameters} {argument}"));
        _process.StandardInput.Flush();
        var answer = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The process with numpy has ended; is numpy installed?");
        return double.Parse(answer, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string ScriptPath([CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source) ?? "", "../../baselines/robust.py");
}
