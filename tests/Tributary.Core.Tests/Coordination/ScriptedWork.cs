// SPDX-License-Identifier: Apache-2.0

using System.Threading.Channels;

namespace Tributary.Core.Tests.Coordination;

/// <summary>Work whose every call ends when the test says so.</summary>
internal sealed class ScriptedWork : IKeyedWork
{
    public const string KindName = "work";

    private readonly Channel<Call> _calls = Channel.CreateUnbounded<Call>();
    private readonly List<Call> _seen = [];

    public string Kind => KindName;

    public IReadOnlyList<CoordinationKey> Unfinished { get; set; } = [];

    public int Waiting => _calls.Reader.Count;

    public ValueTask<IReadOnlyList<CoordinationKey>> ListUnfinishedAsync(CancellationToken cancellationToken) => new(Unfinished);

    public Task RunAsync(Activation activation, CancellationToken cancellationToken)
    {
        var call = new Call(activation);
        _calls.Writer.TryWrite(call);
        return call.Ended.WaitAsync(cancellationToken);
    }

    /// <summary>Waits for the next call.</summary>
    public async Task<Call> NextAsync()
    {
        var call = await _calls.Reader.ReadAsync(Token).AsTask().WaitAsync(TestLimits.Step, Token);
        _seen.Add(call);
        return call;
    }

    /// <summary>How many calls of its key there had been with it.</summary>
    public int Count(Call call) => _seen.Take(_seen.IndexOf(call) + 1).Count(seen => seen.Activation.Key == call.Activation.Key);

    internal sealed class Call(Activation activation)
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Activation Activation { get; } = activation;

        public long Epoch { get; } = activation.Epoch.Number;

        public Task Ended => _ended.Task;

        public void End() => _ended.SetResult();

        public void Fail(Exception error) => _ended.SetException(error);
    }
}
