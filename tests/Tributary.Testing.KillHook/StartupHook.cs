// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;
using System.Globalization;

/// <summary>
/// Loaded into a server by <c>DOTNET_STARTUP_HOOKS</c>: kills the process, as <c>kill -9</c> does, when it reaches the step that
/// <c>TRIBUTARY_KILL_AT</c> names: <c>round.folded</c>, or <c>round.folded:2</c> for the second time, or
/// <c>database.committed@commit a round</c> for that subject alone.
/// </summary>
#pragma warning disable CA1050 // The runtime looks for this very name.
#pragma warning disable CA1812
internal sealed class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable("TRIBUTARY_KILL_AT") is { Length: > 0 } wanted)
        {
            var parts = wanted.Split(':');
            var times = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 1;
            var step = parts[0].Split('@');
            DiagnosticListener.AllListeners.Subscribe(new Listeners(new FailpointObserver(step[0], step.Length > 1 ? step[1] : null, times)));
        }
    }

    private sealed class Listeners(FailpointObserver observer) : IObserver<DiagnosticListener>
    {
        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Tributary.Failpoints")
            {
                value.Subscribe(observer, name => name == observer.Name);
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }

    private sealed class FailpointObserver(string name, string? subject, int times) : IObserver<KeyValuePair<string, object?>>
    {
        private int _left = times;

        public string Name => name;

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if ((subject is null || (string?)value.Value == subject) && Interlocked.Decrement(ref _left) == 0)
            {
                Process.GetCurrentProcess().Kill();

                // The signal is on its way; nothing after this step may happen.
                new ManualResetEventSlim().Wait();
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
