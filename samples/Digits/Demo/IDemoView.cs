// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Samples.Digits.Demo;

/// <summary>A view of the rounds as they end.</summary>
public interface IDemoView
{
    /// <summary>Shows the rounds that <paramref name="work"/> reports, until the work is done.</summary>
    /// <param name="rounds">The number of rounds.</param>
    /// <param name="work">The work, which is given a function to report each round.</param>
    Task ShowAsync(int rounds, Func<Action<DemoRound>, Task> work);
}
