// SPDX-License-Identifier: Apache-2.0
using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tributary.Numerics.IO;

namespace Tributary.Numerics.Parameters;

/// <summary>
/// The arrays of one model in packed little-endian storage: 64-byte aligned native memory or a mapped file, never a managed array, so that
/// a model may be larger than 2 GB. Elements are in C order. Spans handed out are valid until <see cref="Dispose"/>; every member throws
/// <see cref="ObjectDisposedException"/> afterwards. Concurrent use is safe as long as no two threads write the same range, and
/// no range is read while it is written.
/// </summary>
public sealed unsafe class ParameterSet : IDisposable
{
    private readonly SafeBuffer _memory;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _start;

    private ParameterSet(ParameterLayout layout, SafeBuffer memory, MemoryMappedViewAccessor? view, bool readOnly)
    {
        Layout = layout;
        IsReadOnly = readOnly;
        _memory = memory;
        _view = view;
        byte* start = null;
        memory.AcquirePointer(ref start);
        _start = start;
        memory.ReleasePointer();
    }

    /// <summary>The arrays of this set.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>True for a set opened with <see cref="OpenFile"/>, which has no writable spans.</summary>
    public bool IsReadOnly { get; }

    /// <summary>Creates a set of zeros in native memory.</summary>
    /// <param name="layout">The arrays.</param>
    /// <exception cref="OutOfMemoryException">The memory is not available.</exception>
    public static ParameterSet Allocate(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return new ParameterSet(layout, new AlignedMemory(layout.ByteLength), view: null, readOnly: false);
    }

    /// <summary>
    /// Creates a set of zeros in a new file of exactly <see cref="ParameterLayout.ByteLength"/> bytes, mapped shared. All space is
    /// allocated now, so that a full disk is reported here and not by a fault on first use. The file stays when the set is disposed.
    /// </summary>
    /// <param name="path">The path of the file, which must not exist yet.</param>
    /// <param name="layout">The arrays.</param>
    /// <exception cref="IOException">The file exists, the disk is full, or the file cannot be mapped; no file is left behind.</exception>
    public static ParameterSet CreateFile(string path, ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        using var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            FileSpace.Reserve(handle, layout.ByteLength);
            return Map(handle, layout, MemoryMappedFileAccess.ReadWrite);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Maps a file written through <see cref="CreateFile"/> with the same layout, for reading only.</summary>
    /// <param name="path">The file; it must not shrink while the set is in use.</param>
    /// <param name="layout">The arrays it holds.</param>
    /// <exception cref="IOException">The file does not exist, has another length than the layout, or cannot be mapped.</exception>
    public static ParameterSet OpenFile(string path, ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        var length = RandomAccess.GetLength(handle);
        if (length != layout.ByteLength)
        {
            throw new IOException($"The parameter file '{path}' has {length} bytes; its layout has {layout.ByteLength}.");
        }

        return Map(handle, layout, MemoryMappedFileAccess.Read);
    }

    /// <summary>Returns part of an array as writable bytes, little-endian.</summary>
    /// <param name="array">The position of the array in the layout.</param>
    /// <param name="byteStart">The first byte, counted from the start of the array.</param>
    /// <param name="byteCount">The number of bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The array does not exist, or the range is not inside it.</exception>
    /// <exception cref="InvalidOperationException">The set is read-only.</exception>
    public Span<byte> Bytes(int array, long byteStart, int byteCount)
    {
        RequireWritable();
        return Slice(array, byteStart, byteCount);
    }

    /// <summary>Returns part of an array as bytes, little-endian.</summary>
    /// <inheritdoc cref="Bytes"/>
    public ReadOnlySpan<byte> ReadOnlyBytes(int array, long byteStart, int byteCount) => Slice(array, byteStart, byteCount);

    /// <summary>Returns all elements of an array of at most 2^31 − 1 elements, writable.</summary>
    /// <typeparam name="T">
    /// The .NET type of the elements; <see cref="byte"/> is accepted for booleans and <see cref="ushort"/> for float16 and bfloat16.
    /// </typeparam>
    /// <param name="array">The position of the array in the layout.</param>
    /// <exception cref="ArgumentException"><typeparamref name="T"/> is not the type of the array.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The array does not exist, or has too many elements for one span.</exception>
    /// <exception cref="InvalidOperationException">The set is read-only.</exception>
    public Span<T> Values<T>(int array)
        where T : unmanaged => Values<T>(array, 0, WholeCount(array));

    /// <summary>Returns a range of elements of an array, writable.</summary>
    /// <typeparam name="T">The .NET type of the elements, as for the whole array.</typeparam>
    /// <param name="array">The position of the array in the layout.</param>
    /// <param name="start">The first element.</param>
    /// <param name="count">The number of elements.</param>
    /// <exception cref="ArgumentException"><typeparamref name="T"/> is not the type of the array.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The array does not exist, or the range is not inside it.</exception>
    /// <exception cref="InvalidOperationException">The set is read-only.</exception>
    public Span<T> Values<T>(int array, long start, int count)
        where T : unmanaged
    {
        RequireWritable();
        return Elements<T>(array, start, count);
    }

    /// <summary>Returns all elements of an array of at most 2^31 − 1 elements.</summary>
    /// <inheritdoc cref="Values{T}(int)"/>
    public ReadOnlySpan<T> ReadOnlyValues<T>(int array)
        where T : unmanaged => Elements<T>(array, 0, WholeCount(array));

    /// <summary>Returns a range of elements of an array.</summary>
    /// <inheritdoc cref="Values{T}(int, long, int)"/>
    public ReadOnlySpan<T> ReadOnlyValues<T>(int array, long start, int count)
        where T : unmanaged => Elements<T>(array, start, count);

    /// <summary>Returns a writable set of another layout over the bytes of this one, which has to outlive it.</summary>
    /// <param name="layout">The arrays, of the same <see cref="ParameterLayout.ByteLength"/>; their values are what the bytes were left as.</param>
    /// <param name="released">Called once the set is disposed and no work uses it any more; never for a set that is collected undisposed.</param>
    /// <exception cref="ArgumentException">The layouts differ in length.</exception>
    public ParameterSet Lend(ParameterLayout layout, Action released)
    {
        ArgumentNullException.ThrowIfNull(layout);
        RequireWritable();
        ObjectDisposedException.ThrowIf(_memory.IsClosed, this);
        return layout.ByteLength == Layout.ByteLength
            ? new ParameterSet(layout, new LentMemory(_start, layout.ByteLength, released), view: null, readOnly: false)
            : throw new ArgumentException($"The layout has {layout.ByteLength} bytes; this set has {Layout.ByteLength}.", nameof(layout));
    }

    /// <summary>Sets all elements to zero.</summary>
    public void Clear()
    {
        RequireWritable();
        ObjectDisposedException.ThrowIf(_memory.IsClosed, this);

        // Bounds: the storage has the length of the layout.
        NativeMemory.Clear(_start, (nuint)Layout.ByteLength);
    }

    /// <summary>Releases the memory, or unmaps the file and leaves it. Never waits: work under way keeps it until it ends.</summary>
    public void Dispose()
    {
        _memory.Dispose();
        _view?.Dispose();
    }

    // Work that runs over many spans holds a lease, so that a Dispose on another thread cannot pull the memory from under it.
    internal Lease Acquire() => new(this);

    // Copies elements to every stride-th place: file order to C order when the file is column-major.
    internal void Scatter(int array, long start, long stride, ReadOnlySpan<byte> elements)
    {
        RequireWritable();
        ObjectDisposedException.ThrowIf(_memory.IsClosed, this);
        var spec = Layout.Arrays[array];
        var size = spec.Type.Size;
        long count = elements.Length / size;
        if (count == 0)
        {
            return;
        }

        // Bounds: start and stride are not negative, so the last element written is the highest, and it lies inside the array.
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(stride);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(start + (Int128)stride * (count - 1), spec.Count);
        var target = _start + Layout.Offset(array) + (start * size);
        fixed (byte* source = elements)
        {
            switch (size)
            {
                case 1: Scatter(source, target, count, stride); break;
                case 2: Scatter((ushort*)source, (ushort*)target, count, stride); break;
                case 4: Scatter((uint*)source, (uint*)target, count, stride); break;
                default: Scatter((ulong*)source, (ulong*)target, count, stride); break;
            }
        }
    }

    private static void Scatter<T>(T* source, T* target, long count, long stride)
        where T : unmanaged
    {
        for (long i = 0; i < count; i++)
        {
            target[i * stride] = source[i];
        }
    }

    private static ParameterSet Map(Microsoft.Win32.SafeHandles.SafeFileHandle handle, ParameterLayout layout, MemoryMappedFileAccess access)
    {
        var readOnly = access == MemoryMappedFileAccess.Read;
        if (layout.ByteLength == 0)
        {
            // An empty file cannot be mapped.
            return new ParameterSet(layout, new AlignedMemory(0), view: null, readOnly);
        }

        // The view keeps the mapping when the file is closed.
        using var file = MemoryMappedFile.CreateFromFile(handle, mapName: null, layout.ByteLength, access, HandleInheritability.None, leaveOpen: true);
        var view = file.CreateViewAccessor(0, layout.ByteLength, access);
        return new ParameterSet(layout, view.SafeMemoryMappedViewHandle, view, readOnly);
    }

    private int WholeCount(int array)
    {
        var count = Spec(array).Count;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, int.MaxValue, nameof(array));
        return (int)count;
    }

    private Span<T> Elements<T>(int array, long start, int count)
        where T : unmanaged
    {
        ObjectDisposedException.ThrowIf(_memory.IsClosed, this);
        var spec = Spec(array);
        if (!spec.Type.IsStoredAs<T>())
        {
            throw new ArgumentException($"Array '{spec.Name}' holds {spec.Type.WireName}, not {typeof(T).Name}.", nameof(array));
        }

        // Bounds: 0 ≤ start ≤ Count − count, and the array lies inside the storage by construction of the layout.
        RequireRange(start, count, spec.Count);
        return new Span<T>(_start + Layout.Offset(array) + (start * Unsafe.SizeOf<T>()), count);
    }

    private Span<byte> Slice(int array, long byteStart, int byteCount)
    {
        ObjectDisposedException.ThrowIf(_memory.IsClosed, this);

        // Bounds: as in Elements, in bytes.
        RequireRange(byteStart, byteCount, Spec(array).ByteLength);
        return new Span<byte>(_start + Layout.Offset(array) + byteStart, byteCount);
    }

    private ArraySpec Spec(int array)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(array);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(array, Layout.Arrays.Length);
        return Layout.Arrays[array];
    }

    private static void RequireRange(long start, int count, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, length - count);
    }

    private void RequireWritable()
    {
        if (IsReadOnly)
        {
            throw new InvalidOperationException("The parameter set was opened for reading only.");
        }
    }

    internal readonly struct Lease : IDisposable
    {
        private readonly SafeBuffer? _memory;

        public Lease(ParameterSet set)
        {
            var acquired = false;
            set._memory.DangerousAddRef(ref acquired);
            _memory = set._memory;
        }

        public void Dispose() => _memory?.DangerousRelease();
    }
}
