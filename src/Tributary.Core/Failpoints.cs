// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Tributary.Core;

/// <summary>The steps that change durable state, as diagnostic events.</summary>
/// <remarks>
/// Free without a listener. Tests listen to check that acknowledgements follow syncs, and to end the process at each step, because the
/// guarantees about crashes must hold at every one of them.
/// </remarks>
public static class Failpoints
{
    public const string ListenerName = "Tributary.Failpoints";

    private static readonly DiagnosticListener Listener = new(ListenerName);

    /// <summary>Reports that <paramref name="step"/> has been reached for <paramref name="subject"/>, an id or a path.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The payload is a string: nothing reflects over it.")]
    public static void Reached(string step, string subject)
    {
        if (Listener.IsEnabled(step))
        {
            Listener.Write(step, subject);
        }
    }
}
