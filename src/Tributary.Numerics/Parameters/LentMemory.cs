// SPDX-License-Identifier: Apache-2.0

using System.Runtime.InteropServices;

namespace Tributary.Numerics.Parameters;

/// <summary>Memory of another owner, which is told when it is free again.</summary>
internal sealed unsafe class LentMemory : SafeBuffer
{
    private readonly Action _released;
    private bool _isCollected;

    public LentMemory(byte* start, long byteLength, Action released)
        : base(ownsHandle: true)
    {
        _released = released;
        SetHandle((nint)start);
        Initialize((ulong)byteLength);
    }

    protected override void Dispose(bool disposing)
    {
        _isCollected |= !disposing;
        base.Dispose(disposing);
    }

    protected override bool ReleaseHandle()
    {
        // The owner's memory may have been collected at the same time; it must not be lent again.
        if (!_isCollected)
        {
            _released();
        }

        return true;
    }
}
