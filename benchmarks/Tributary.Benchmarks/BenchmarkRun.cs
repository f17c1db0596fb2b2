// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Tributary.Testing;

namespace Tributary.Benchmarks;

/// <summary>One run of a benchmark: its sizes, and the tables that it prints.</summary>
internal sealed class BenchmarkRun(BenchmarkForm form, string? server)
{
    private int _rows;

    /// <summary>The executable that is measured as a process of its own: that of this build, unless another one was named.</summary>
    public string Server { get; } = server ?? ServerProcess.Executable;

    /// <summary>Returns the size for the form of this run.</summary>
    public T Choose<T>(T full, T brief) => form == BenchmarkForm.Full ? full : brief;

    /// <summary>Begins a table.</summary>
    public static void PrintHeader(params ReadOnlySpan<string> columns)
    {
        Console.WriteLine();
        Console.WriteLine($"| {string.Join(" | ", columns)} |");
        Console.WriteLine($"|{string.Concat(Enumerable.Repeat("---|", columns.Length))}");
    }

    /// <summary>Prints a row of the table.</summary>
    /// <exception cref="InvalidOperationException">A figure is not a number.</exception>
    public void PrintRow(FormattableString row)
    {
        var text = row.ToString(CultureInfo.InvariantCulture);
        if (row.GetArguments().OfType<double>().Any(figure => !double.IsFinite(figure)))
        {
            throw new InvalidOperationException($"A figure of '{text}' is not a number.");
        }

        Console.WriteLine(text);
        _rows++;
    }

    /// <exception cref="InvalidOperationException">The benchmark has printed nothing.</exception>
    public void CheckRows()
    {
        if (_rows == 0)
        {
            throw new InvalidOperationException("No figures were printed.");
        }
    }
}
