// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Testing;

/// <summary>Asks a server in another process until it gives the wanted answer: there nothing else can be waited for.</summary>
public static class Eventually
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(20);

    /// <summary>As the longest form, within <see cref="TestLimits.Step"/> and the test.</summary>
    public static Task<T> BecomesAsync<T>(string what, Func<CancellationToken, Task<T>> ask, Predicate<T> wanted) =>
        BecomesAsync(what, ask, wanted, TestLimits.Step, Token);

    /// <summary>As the longest form for what this process holds itself.</summary>
    public static Task<T> BecomesAsync<T>(string what, Func<T> look, Predicate<T> wanted) =>
        BecomesAsync(what, _ => Task.FromResult(look()), wanted);

    /// <summary>The first answer that <paramref name="wanted"/> holds for; fails with the last answer at the deadline.</summary>
    public static async Task<T> BecomesAsync<T>(
        string what, Func<CancellationToken, Task<T>> ask, Predicate<T> wanted, TimeSpan deadline, CancellationToken cancellationToken)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        source.CancelAfter(deadline);
        using var timer = new PeriodicTimer(Period);
        T? last = default;
        try
        {
            do
            {
                last = await ask(source.Token);
                if (wanted(last))
                {
                    return last;
                }
            }
            while (await timer.WaitForNextTickAsync(source.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }

        throw new TimeoutException($"{what} did not come within {deadline}; the last answer was: {last}");
    }
}
