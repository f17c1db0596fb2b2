// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tributary.Numerics.Kernels;

/// <summary>
/// The addition of w·y to sums in float64, a multiplication and then an addition for each element: the same bits for any vector width. The
/// ladders differ in width only; the remainder of each is done element by element. Compiled fully at the first call, as all loops over
/// elements are: the first rounds of a process are otherwise several times slower (benchmarks/results/rounds.md).
/// </summary>
internal static class WeightedSum
{
    private const nuint PrefetchBytes = 2048;

    /// <summary>Adds four updates in one pass over the sums, in the order of the parameters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add<T, TSource>(
        Span<double> sums, ReadOnlySpan<T> y0, ReadOnlySpan<T> y1, ReadOnlySpan<T> y2, ReadOnlySpan<T> y3, ReadOnlySpan<double> weights)
        where T : unmanaged
        where TSource : IElementSource<T>
    {
        // Bounds: all spans have the length of the sums, and a step is taken only when that many elements remain.
        Debug.Assert(y0.Length == sums.Length && y1.Length == sums.Length && y2.Length == sums.Length && y3.Length == sums.Length, "Lengths differ.");
        ref var s = ref MemoryMarshal.GetReference(sums);
        ref readonly var a = ref MemoryMarshal.GetReference(y0);
        ref readonly var b = ref MemoryMarshal.GetReference(y1);
        ref readonly var c = ref MemoryMarshal.GetReference(y2);
        ref readonly var d = ref MemoryMarshal.GetReference(y3);
        var (wa, wb, wc, wd) = (weights[0], weights[1], weights[2], weights[3]);
        var length = (nuint)sums.Length;
        nuint i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            var (va, vb, vc, vd) = (Vector512.Create(wa), Vector512.Create(wb), Vector512.Create(wc), Vector512.Create(wd));
            var width = (nuint)Vector512<double>.Count;
            for (; i + (2 * width) <= length; i += 2 * width)
            {
                var (a0, a1) = TSource.Load512(in a, i);
                var (b0, b1) = TSource.Load512(in b, i);
                var (c0, c1) = TSource.Load512(in c, i);
                var (d0, d1) = TSource.Load512(in d, i);
                Prefetch(in a, i);
                Prefetch(in b, i);
                Prefetch(in c, i);
                Prefetch(in d, i);
                var lower = Vector512.LoadUnsafe(ref s, i) + (a0 * va) + (b0 * vb) + (c0 * vc) + (d0 * vd);
                var upper = Vector512.LoadUnsafe(ref s, i + width) + (a1 * va) + (b1 * vb) + (c1 * vc) + (d1 * vd);
                lower.StoreUnsafe(ref s, i);
                upper.StoreUnsafe(ref s, i + width);
            }
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            var (va, vb, vc, vd) = (Vector256.Create(wa), Vector256.Create(wb), Vector256.Create(wc), Vector256.Create(wd));
            var width = (nuint)Vector256<double>.Count;
            for (; i + (2 * width) <= length; i += 2 * width)
            {
                var (a0, a1) = TSource.Load256(in a, i);
                var (b0, b1) = TSource.Load256(in b, i);
                var (c0, c1) = TSource.Load256(in c, i);
                var (d0, d1) = TSource.Load256(in d, i);
                Prefetch(in a, i);
                Prefetch(in b, i);
                Prefetch(in c, i);
                Prefetch(in d, i);
                var lower = Vector256.LoadUnsafe(ref s, i) + (a0 * va) + (b0 * vb) + (c0 * vc) + (d0 * vd);
                var upper = Vector256.LoadUnsafe(ref s, i + width) + (a1 * va) + (b1 * vb) + (c1 * vc) + (d1 * vd);
                lower.StoreUnsafe(ref s, i);
                upper.StoreUnsafe(ref s, i + width);
            }
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            var (va, vb, vc, vd) = (Vector128.Create(wa), Vector128.Create(wb), Vector128.Create(wc), Vector128.Create(wd));
            var width = (nuint)Vector128<double>.Count;
            for (; i + (2 * width) <= length; i += 2 * width)
            {
                var (a0, a1) = TSource.Load128(in a, i);
                var (b0, b1) = TSource.Load128(in b, i);
                var (c0, c1) = TSource.Load128(in c, i);
                var (d0, d1) = TSource.Load128(in d, i);
                var lower = Vector128.LoadUnsafe(ref s, i) + (a0 * va) + (b0 * vb) + (c0 * vc) + (d0 * vd);
                var upper = Vector128.LoadUnsafe(ref s, i + width) + (a1 * va) + (b1 * vb) + (c1 * vc) + (d1 * vd);
                lower.StoreUnsafe(ref s, i);
                upper.StoreUnsafe(ref s, i + width);
            }
        }

        for (; i < length; i++)
        {
            ref var sum = ref sums[(int)i];
            sum = sum + (TSource.Load(in a, i) * wa) + (TSource.Load(in b, i) * wb) + (TSource.Load(in c, i) * wc) + (TSource.Load(in d, i) * wd);
        }
    }

    /// <summary>Adds one update: the remainder when their number is not a multiple of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add<T, TSource>(Span<double> sums, ReadOnlySpan<T> values, double weight)
        where T : unmanaged
        where TSource : IElementSource<T>
    {
        Debug.Assert(values.Length == sums.Length, "Lengths differ.");
        ref var s = ref MemoryMarshal.GetReference(sums);
        ref readonly var y = ref MemoryMarshal.GetReference(values);
        var length = (nuint)sums.Length;
        nuint i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            var w = Vector512.Create(weight);
            var width = (nuint)Vector512<double>.Count;
            for (; i + (2 * width) <= length; i += 2 * width)
            {
                var (lower, upper) = TSource.Load512(in y, i);
                (Vector512.LoadUnsafe(ref s, i) + (lower * w)).StoreUnsafe(ref s, i);
                (Vector512.LoadUnsafe(ref s, i + width) + (upper * w)).StoreUnsafe(ref s, i + width);
            }
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            var w = Vector256.Create(weight);
            var width = (nuint)Vector256<double>.Count;
            for (; i + (2 * width) <= length; i += 2 * width)
            {
                var (lower, upper) = TSource.Load256(in y, i);
                (Vector256.LoadUnsafe(ref s, i) + (lower * w)).StoreUnsafe(ref s, i);
                (Vector256.LoadUnsafe(ref s, i + width) + (upper * w)).StoreUnsafe(ref s, i + width);
            }
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            var w = Vector128.Create(weight);
            var width = (nuint)Vector128<double>.Count;
            for (; i + (2 * width) <= length; i += 2 * width)
            {
                var (lower, upper) = TSource.Load128(in y, i);
                (Vector128.LoadUnsafe(ref s, i) + (lower * w)).StoreUnsafe(ref s, i);
                (Vector128.LoadUnsafe(ref s, i + width) + (upper * w)).StoreUnsafe(ref s, i + width);
            }
        }

        for (; i < length; i++)
        {
            sums[(int)i] += TSource.Load(in y, i) * weight;
        }
    }

    // The processor's own prefetching stops at the end of a page, and each update is read in pieces of a few pages; those of float64 are long
    // enough for it. The address may lie past the end of the memory: a prefetch does not fault.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe void Prefetch<T>(ref readonly T source, nuint index)
        where T : unmanaged
    {
        if (Sse.IsSupported && sizeof(T) <= sizeof(float))
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref Unsafe.AsRef(in source), index + (PrefetchBytes / (nuint)sizeof(T)))));
        }
    }
}
