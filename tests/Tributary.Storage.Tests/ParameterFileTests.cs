// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Updates;
using Tributary.Numerics.Parameters;

namespace Tributary.Storage.Tests;

/// <summary>The files of decoded parameters in the folder of the spool, which serve one set after another.</summary>
public sealed class ParameterFileTests : EmbeddedTests
{
    private static readonly ParameterLayout Layout = new([new ArraySpec("0", ElementType.Float32, [4])]);

    private IUpdateSpool Spool => Of<IUpdateSpool>();

    [Fact]
    public void Dispose_NextSetOfTheLength_TakesItsFile()
    {
        Spool.CreateParameters(Layout).Dispose();
        Spool.CreateParameters(Layout).Dispose();

        Assert.Single(ListFiles());
    }

    [Fact]
    public void Create_WhileAnotherSetIsInUse_TakesAFileOfItsOwn()
    {
        using var first = Spool.CreateParameters(Layout);
        using var second = Spool.CreateZeros(Layout);

        Assert.Equal(2, ListFiles().Length);
    }

    [Fact]
    public void Dispose_MoreFilesThanWait_RemovesTheOldest()
    {
        var sets = Enumerable.Range(0, 1100).Select(_ => Spool.CreateParameters(Layout)).ToList();
        Assert.Equal(1100, ListFiles().Length);

        sets.ForEach(set => set.Dispose());

        Assert.Equal(1024, ListFiles().Length);
    }

    [Fact]
    public void Dispose_OfNoBytesOrOfMoreThanWait_RemovesItsFile()
    {
        Spool.CreateParameters(Layout).Dispose();
        Spool.CreateParameters(new ParameterLayout([])).Dispose();
        Spool.CreateParameters(new ParameterLayout([new ArraySpec("0", ElementType.UInt8, [(256 << 20) + 1])])).Dispose();

        Assert.Single(ListFiles());
    }

    [Fact]
    public void Dispose_AfterTheSpool_RemovesTheFile()
    {
        Spool.CreateParameters(Layout).Dispose();
        var open = Spool.CreateParameters(Layout);
        var last = Spool.CreateParameters(Layout);
        open.Dispose();
        ((IDisposable)Spool).Dispose();
        Assert.Single(ListFiles());

        last.Dispose();

        Assert.Empty(ListFiles());
    }

    private string[] ListFiles() => Directory.GetFiles(Path.Combine(Host.Path, "spool", "rounds"));
}
