// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Samples.Digits.Demo;

/// <summary>A view without output.</summary>
public sealed class SilentView : IDemoView
{
    public Task ShowAsync(int rounds, Func<Action<DemoRound>, Task> work) => work(_ => { });
}
