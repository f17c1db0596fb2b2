// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Tributary.Core;

/// <summary>Names the steps that change durable state, as diagnostic events.</summary>
/// <remarks>
/// Free while nobody listens. Tests listen to order acknowledgements after syncs, and to end the process at a step, since what is
/// claimed of a crash has to hold at each of them.
/// </remarks>
public static class Failpoints
{
    /// <summary>The name of the listener.</summary>
    public const string ListenerName = "Tributary.Steps";

    private static readonly DiagnosticListener Listener = new(ListenerName);

    /// <summary>Says that <paramref name="step"/> has been reached; <paramref name="subject"/> is the id or path that it is about.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The payload is a string: nothing reflects over it.")]
    public static void Reached(string step, string subject)
    {
        if (Listener.IsEnabled(step))
        {
            Listener.Write(step, subject);
        }
    }
}
