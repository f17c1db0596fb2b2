// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Demo;

/// <summary>Shows the rounds as they end.</summary>
internal interface IDemoView
{
    /// <summary>Shows what <paramref name="work"/> reports, until it is done.</summary>
    /// <param name="rounds">How many rounds there will be.</param>
    /// <param name="work">Does the work; is given where to report each round.</param>
    Task ShowAsync(int rounds, Func<Action<DemoRound>, Task> work);
}

/// <summary>Shows nothing.</summary>
internal sealed class SilentView : IDemoView
{
    public Task ShowAsync(int rounds, Func<Action<DemoRound>, Task> work) => work(_ => { });
}
