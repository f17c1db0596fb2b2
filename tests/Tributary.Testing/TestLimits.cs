// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Testing;

/// <summary>
/// The times after which a test gives up. They only turn a hang into a failure, and so are far longer than anything takes on a machine
/// that others use as well; what a test proves is a condition, never a time below one of these.
/// </summary>
public static class TestLimits
{
    /// <summary>The limit of one wait: a signal, an answer, the start or the end of a process.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(60);

    /// <summary>The limit of a scenario of many steps: several processes, or a model of hundreds of megabytes.</summary>
    public static readonly TimeSpan Scenario = TimeSpan.FromMinutes(5);
}
