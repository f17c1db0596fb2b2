// SPDX-License-Identifier: Apache-2.0

using System.Threading.Channels;
using Tributary.Testing;

namespace Tributary.Client.Tests;

/// <summary>Hears a participant, and lets a test wait for what it says.</summary>
internal sealed class EventLog : IProgress<ParticipantEvent>
{
    private readonly Channel<ParticipantEvent> _events = Channel.CreateUnbounded<ParticipantEvent>();

    public void Report(ParticipantEvent value) => _events.Writer.TryWrite(value);

    /// <summary>The next event of a kind; what comes before it is passed over.</summary>
    public async Task<T> NextAsync<T>()
        where T : ParticipantEvent
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        late.CancelAfter(TestLimits.Step);
        var seen = new List<ParticipantEvent>();
        try
        {
            while (true)
            {
                var next = await _events.Reader.ReadAsync(late.Token);
                seen.Add(next);
                if (next is T wanted)
                {
                    return wanted;
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"No {typeof(T).Name} came; seen: {string.Join(", ", seen)}");
        }
    }
}
