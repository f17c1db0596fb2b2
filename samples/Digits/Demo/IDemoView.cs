// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Samples.Digits.Demo;

/// <summary>A view of the rounds as they end.</summary>
public interface IDemoView
{
    /// <summary>Shows what <paramref name="work"/> reports, until it is done.</summary>
    /// <param name="rounds">How many rounds there will be.</param>
    /// <param name="work">Does the work; is given where to report each round.</param>
    Task ShowAsync(int rounds, Func<Action<DemoRound>, Task> work);
}
