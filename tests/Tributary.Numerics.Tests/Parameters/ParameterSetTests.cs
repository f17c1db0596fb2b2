// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace Tributary.Numerics.Tests.Parameters;

public sealed class ParameterSetTests : FolderTests
{
    private static readonly ParameterLayout Layout = Sets.Layout(new ArraySpec("w", ElementType.Float32, [3]), new ArraySpec("n", ElementType.Int64, []));

    private string SetPath => Folder.Combine("set");

    [Fact]
    public void Allocate_IsZeroAndAligned()
    {
        using var set = ParameterSet.Allocate(Layout);

        Assert.Equal([0f, 0, 0], set.Values<float>(0).ToArray());
        Assert.Equal(0, AddressOf(set.Values<float>(0)) % ParameterLayout.Alignment);
        Assert.Equal(0, AddressOf(set.Values<long>(1)) % ParameterLayout.Alignment);
    }

    [Fact]
    public void CreateFile_ThenOpenFile_HasTheValues()
    {
        using (var written = ParameterSet.CreateFile(SetPath, Layout))
        {
            new[] { 1f, 2, 3 }.CopyTo(written.Values<float>(0));
            written.Values<long>(1)[0] = -5;
        }

        Assert.Equal(Layout.ByteLength, new FileInfo(SetPath).Length);
        using var read = ParameterSet.OpenFile(SetPath, Layout);
        Assert.Equal([1f, 2, 3], read.ReadOnlyValues<float>(0).ToArray());
        Assert.Equal(-5, read.ReadOnlyValues<long>(1)[0]);
    }

    [Fact]
    public void OpenFile_Writing_IsRefused()
    {
        ParameterSet.CreateFile(SetPath, Layout).Dispose();
        using var set = ParameterSet.OpenFile(SetPath, Layout);

        Assert.True(set.IsReadOnly);
        Assert.Throws<InvalidOperationException>(() => set.Values<float>(0).Clear());
        Assert.Throws<InvalidOperationException>(() => set.Bytes(0, 0, 1).Clear());
    }

    [Fact]
    public void CreateFile_ExistingFile_IsRefusedAndKept()
    {
        File.WriteAllText(SetPath, "mine");

        Assert.Throws<IOException>(() => ParameterSet.CreateFile(SetPath, Layout));
        Assert.Equal("mine", File.ReadAllText(SetPath));
    }

    [Fact]
    public void CreateFile_MoreThanTheDisk_IsAnIOExceptionWithoutAFile()
    {
        var layout = Sets.Layout(new ArraySpec("w", ElementType.UInt8, [1L << 60]));

        Assert.Throws<IOException>(() => ParameterSet.CreateFile(SetPath, layout));
        Assert.False(File.Exists(SetPath));
    }

    [Fact]
    public void OpenFile_OtherLength_IsAnIOException()
    {
        File.WriteAllBytes(SetPath, new byte[Layout.ByteLength + 1]);

        var exception = Assert.Throws<IOException>(() => ParameterSet.OpenFile(SetPath, Layout));
        Assert.Contains("129 bytes", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_EmptyLayout_Work()
    {
        ParameterSet.CreateFile(SetPath, Sets.Layout()).Dispose();
        using var set = ParameterSet.OpenFile(SetPath, Sets.Layout());

        Assert.Equal(0, new FileInfo(SetPath).Length);
    }

    [Fact]
    public void Values_OtherType_IsRefused()
    {
        using var set = ParameterSet.Allocate(Layout);
        Assert.Throws<ArgumentException>(() => set.Values<double>(0).Length);
        Assert.Throws<ArgumentException>(() => set.Values<uint>(0).Length);
    }

    [Fact]
    public void Ranges_OutsideTheArray_AreRefused()
    {
        using var set = ParameterSet.Allocate(Layout);

        Assert.Equal(1, set.Values<float>(0, 2, 1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Values<float>(0, 3, 1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Values<float>(0, -1, 1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Values<float>(0, long.MaxValue, 1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Values<float>(2).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Bytes(0, 12, 1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Bytes(-1, 0, 0).Length);
    }

    [Fact]
    public void Values_MoreThanTwoGigabytes_AreReachable()
    {
        // Zero pages are not touched until they are used, so that this takes two pages.
        using var set = ParameterSet.Allocate(Sets.Layout(new ArraySpec("w", ElementType.Float32, [1L << 30])));

        set.Values<float>(0, (1L << 30) - 1, 1)[0] = 7;
        Assert.Equal(7, set.ReadOnlyValues<float>(0, (1L << 30) - 2, 2)[1]);
    }

    [Fact]
    public void Members_AfterDispose_Throw()
    {
        foreach (var set in new[] { ParameterSet.Allocate(Layout), ParameterSet.CreateFile(SetPath, Layout) })
        {
            set.Dispose();
            set.Dispose();

            Assert.Throws<ObjectDisposedException>(() => set.Values<float>(0).Length);
            Assert.Throws<ObjectDisposedException>(() => set.ReadOnlyBytes(0, 0, 1).Length);
            Assert.Throws<ObjectDisposedException>(() => set.Acquire());
            Assert.Throws<ObjectDisposedException>(() => Sets.Encode(ParameterCodecs.Get("npz"), set));
        }
    }

    [Fact]
    public void Dispose_WhileLeased_KeepsTheMemory()
    {
        var set = ParameterSet.Allocate(Layout);
        var lease = set.Acquire();
        var values = set.Values<float>(0);
        set.Dispose();

        values[0] = 1;
        Assert.Equal(1, values[0]);
        lease.Dispose();
    }

    [Fact]
    public void Lend_DisposedWhileLeased_IsGivenBackWithTheLease()
    {
        using var owner = ParameterSet.Allocate(Layout);
        var isGivenBack = false;
        var lent = owner.Lend(Layout, () => isGivenBack = true);
        lent.Values<float>(0)[0] = 3;
        var lease = lent.Acquire();

        lent.Dispose();
        Assert.False(isGivenBack);
        lease.Dispose();

        Assert.True(isGivenBack);
        Assert.Equal(3, owner.Values<float>(0)[0]);
        Assert.Throws<ObjectDisposedException>(() => lent.Values<float>(0).Length);
    }

    [Fact]
    public void Lend_OtherLengthOrDisposed_IsRefused()
    {
        using var owner = ParameterSet.Allocate(Layout);

        Assert.Throws<ArgumentException>(() => owner.Lend(new ParameterLayout([]), () => { }));
        owner.Dispose();
        Assert.Throws<ObjectDisposedException>(() => owner.Lend(Layout, () => { }));
    }

    private static nint AddressOf<T>(Span<T> values) => Unsafe.ByteOffset(ref Unsafe.NullRef<byte>(), ref Unsafe.As<T, byte>(ref values[0]));
}
