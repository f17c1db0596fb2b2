// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Repository.Tests;

/// <summary>Bytes that are read when the gate opens.</summary>
internal sealed class GatedStream(byte[] bytes, ManualResetEventSlim gate, CancellationToken cancellationToken = default)
    : MemoryStream(bytes, writable: false)
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Entered => _entered.Task;

    public override int Read(byte[] buffer, int offset, int count)
    {
        _entered.TrySetResult();
        gate.Wait(cancellationToken);
        return base.Read(buffer, offset, count);
    }
}
