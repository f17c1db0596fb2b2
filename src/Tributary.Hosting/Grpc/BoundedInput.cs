// SPDX-License-Identifier: Apache-2.0

using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Tributary.Hosting.Grpc;

/// <summary>The bytes from a client, whose connection ends when more of them come in than all connections may hold together.</summary>
internal sealed class BoundedInput(PipeReader inner, TransportMemory memory) : PipeReader
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var result = await inner.ReadAsync(cancellationToken);
        ThrowIfFull();
        return result;
    }

    public override bool TryRead(out ReadResult result)
    {
        ThrowIfFull();
        return inner.TryRead(out result);
    }

    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private void ThrowIfFull()
    {
        if (memory.IsFull)
        {
            throw new IOException("The buffers of all connections hold as much as Grpc:MaxBufferedBytes allows.");
        }
    }
}
