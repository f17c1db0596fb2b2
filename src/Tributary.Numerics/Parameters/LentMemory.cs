// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Tributary.Numerics.Parameters;

/// <summary>Memory of another owner, which is told when it is free again.</summary>
internal sealed unsafe class LentMemory : SafeBuffer
{
    private readonly Action _released;

    public LentMemory(byte* start, long byteLength, Action released)
        : base(ownsHandle: true)
    {
        _released = released;
        SetHandle((nint)start);
        Initialize((ulong)byteLength);
    }

    protected override bool ReleaseHandle()
    {
        _released();
        return true;
    }
}
