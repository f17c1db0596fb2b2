// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Tributary.Numerics.Parameters;

/// <summary>Zeroed native memory that starts at a multiple of <see cref="ParameterLayout.Alignment"/>.</summary>
internal sealed unsafe class AlignedMemory : SafeBuffer
{
    private readonly void* _allocation;
    private readonly long _pressure;

    public AlignedMemory(long byteLength)
        : base(ownsHandle: true)
    {
        var size = checked((nuint)byteLength + ParameterLayout.Alignment);

        // Zeroed by the allocator: for large blocks the kernel hands out zero pages and nothing is touched before it is used.
        _allocation = NativeMemory.AllocZeroed(size);
        _pressure = (long)size;
        GC.AddMemoryPressure(_pressure);

        // Rounding up moves the start by at most Alignment − 1 bytes, so that byteLength bytes remain inside the allocation.
        SetHandle((nint)(((nuint)_allocation + ParameterLayout.Alignment - 1) & ~(nuint)(ParameterLayout.Alignment - 1)));
        Initialize((ulong)byteLength);
    }

    protected override bool ReleaseHandle()
    {
        NativeMemory.Free(_allocation);
        GC.RemoveMemoryPressure(_pressure);
        return true;
    }
}
