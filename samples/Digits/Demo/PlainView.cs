// SPDX-License-Identifier: Apache-2.0

using System.Globalization;

namespace Tributary.Samples.Digits.Demo;

/// <summary>A view that writes a line for each round, for files and pipes.</summary>
public sealed class PlainView(TextWriter output) : IDemoView
{
    public Task ShowAsync(int rounds, Func<Action<DemoRound>, Task> work)
    {
        output.WriteLine("round    loss  accuracy  clients     bytes  seconds");
        return work(round =>
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{round.Round,5}  {round.Loss,6:0.0000}  {round.Accuracy,8:0.000}  {round.Clients,7}  {round.Bytes,8}  {round.Seconds,7:0.000}"));
            output.Flush();
        });
    }
}
