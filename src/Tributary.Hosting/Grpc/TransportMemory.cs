// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Tributary.Hosting.Grpc;

/// <summary>
/// The buffers of connections, in blocks of 64 KiB instead of Kestrel's 4 KiB: a chunk of a model then takes a sixteenth of the receive
/// calls, and lies in a sixteenth of the pieces. Connections that wait for data hold none. The sum over all connections is bounded.
/// </summary>
internal sealed class TransportMemory(IOptions<GrpcOptions> options) : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    private const int BlockBytes = 64 << 10;

    /// <summary>The maximum number of idle blocks, 32 MiB; further returned blocks are left to the garbage collector.</summary>
    private const int MaxIdleBlocks = 512;

    private const int DefaultShareOfMemory = 4;

    private readonly ConcurrentQueue<Block> _idle = new();
    private readonly long _maxLent = (options.Value.MaxBufferedBytes is > 0 and var configured
        ? configured
        : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / DefaultShareOfMemory) / BlockBytes;

    private long _lent;

    public override int MaxBufferSize => BlockBytes;

    /// <summary>
    /// True when all connections hold as much as they may together. Blocks are lent all the same: the server's own frames need a few, and
    /// it cannot close a connection without. <see cref="BoundedInput"/> takes in no more.
    /// </summary>
    public bool IsFull => Volatile.Read(ref _lent) >= _maxLent;

    public MemoryPool<byte> Create(MemoryPoolOptions? options) => this;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        Interlocked.Increment(ref _lent);
        return _idle.TryDequeue(out var block) ? block.Lend() : new Block(this).Lend();
    }

    /// <summary>Does nothing: the pool lives as long as the server.</summary>
    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Block(TransportMemory pool) : IMemoryOwner<byte>
    {
        // Pinned once, so that sockets need not pin it for each call.
        private readonly Memory<byte> _bytes =
            MemoryMarshal.CreateFromPinnedArray(GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true), 0, BlockBytes);

        private int _isLent;

        public Memory<byte> Memory => _bytes;

        public Block Lend()
        {
            _isLent = 1;
            return this;
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isLent, 0) == 0)
            {
                return;
            }

            Interlocked.Decrement(ref pool._lent);
            if (pool._idle.Count < MaxIdleBlocks)
            {
                pool._idle.Enqueue(this);
            }
        }
    }
}
