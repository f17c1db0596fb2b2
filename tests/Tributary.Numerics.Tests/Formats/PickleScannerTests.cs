// SPDX-License-Identifier: Apache-2.0
using FsCheck;
using FsCheck.Fluent;
using Tributary.Numerics.Formats.Pickle;

namespace Tributary.Numerics.Tests.Formats;

public sealed class PickleScannerTests
{
    [Fact]
    public void Scan_Strategy_NamesItsClass()
    {
        // pickle.dumps(FedAvg()) holds one global; so does this one, which creates it empty.
        var report = Scan("\u0080\u0002cflwr.server.strategy.fedavg\nFedAvg\n)\u0081.");

        Assert.Equal(["flwr.server.strategy.fedavg.FedAvg"], report.Imports);
        Assert.Equal((2, 1, null, 0), (report.Protocol, report.Calls, report.Problem, report.Trailing));
        Assert.Empty(report.Unnamed);
    }

    [Theory]
    [InlineData("\u0080\u0004\u008C\u0002os\u0094\u008C\u0006system\u0094\u0093.", "os.system")]
    [InlineData("\u0080\u0004\u008C\u0002os\u0094\u008C\u0006system\u00940h\u0000h\u0001\u0093.", "os.system")]
    [InlineData("(ios\nsystem\n.", "os.system")]
    [InlineData("(cos\nsystem\nVid\no.", "os.system")]
    [InlineData("S'os'\nS'system'\n\u0093.", "os.system")]
    [InlineData("V\u00ff\n0cos\nsystem\n(S'id'\ntR.", "os.system")]
    public void Scan_EveryWayToImport_IsSeen(string pickle, string import)
    {
        var report = Scan(pickle);

        Assert.Null(report.Problem);
        Assert.Equal([import], report.Imports);
    }

    [Theory]
    [InlineData("V\\u006fs\nVsystem\n\u0093.", "a name that is computed or too long")]
    [InlineData("S'o\\x73'\nS'system'\n\u0093.", "a name that is computed or too long")]
    [InlineData("NN\u0093.", "a name that is computed or too long")]
    [InlineData("Pid\n.", "a persistent id")]
    [InlineData("NQ.", "a persistent id")]
    [InlineData("\u0083\u0001\u0001.", "extension 257")]
    [InlineData("\u0097.", "a buffer outside")]
    public void Scan_ImportWithoutAName_IsSaid(string pickle, string unnamed) => Assert.Equal([unnamed], Scan(pickle).Unnamed);

    [Fact]
    public void Scan_BrokenAfterAnImport_StillReportsIt()
    {
        var report = Scan("cos\nsystem\n(Vid\ntR\u00FF");

        Assert.Equal(["os.system"], report.Imports);
        Assert.Equal(1, report.Calls);
        Assert.Contains("0xFF", report.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Scan_BytesAfterTheEnd_AreCounted() => Assert.Equal(3, Scan("N.abc").Trailing);

    [Theory]
    [InlineData("N.cos\nsystem\n(Vid\ntR.", 0)]
    [InlineData("\u0080\u0002N.\u0080\u0004N.cos\nsystem\n(Vid\ntR.N.abc", 3)]
    [InlineData("N.cos\nsystem\n.\u0000\u0000", 2)]
    public void Scan_PicklesThatFollowEachOther_AreOne(string pickles, long trailing)
    {
        var report = Scan(pickles);

        Assert.Equal(["os.system"], report.Imports);
        Assert.Equal((true, null, trailing), (report.IsPickle, report.Problem, report.Trailing));
    }

    [Fact]
    public void Scan_FollowerThatBreaksAfterAnImport_IsTheProblem()
    {
        var report = Scan("N.cos\nsystem\n(Vid\ntR\u00FF");

        Assert.Equal(["os.system"], report.Imports);
        Assert.Contains("0xFF", report.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1001, "", null)]
    [InlineData(1001, "abc", "More follows behind 1000 pickles that follow the first.")]
    [InlineData(1002, "", "More follows behind 1000 pickles that follow the first.")]
    public void Scan_MorePicklesThanAreLookedAt_IsAProblem(int pickles, string behind, string? problem) =>
        Assert.Equal(problem, Scan(string.Concat(Enumerable.Repeat("N.", pickles)) + behind).Problem);

    [Fact]
    public void Scan_OperationsOfAllPicklesTogether_AreLimited() =>
        Assert.Contains("operations", Scan(string.Concat(Enumerable.Repeat(string.Concat(Enumerable.Repeat("N0", 50_000)) + "N.", 11))).Problem, StringComparison.Ordinal);

    [Fact]
    public void Scan_ManyNames_KeepsABoundedNumber()
    {
        var report = Scan(string.Concat(Enumerable.Range(0, 5000).Select(i => $"ca\nb{i}\n0")) + "N.");

        Assert.Equal(1000, report.Imports.Count);
        Assert.Equal(["more than 1000 names"], report.Unnamed);
    }

    [Theory]
    [InlineData("N.", true)]
    [InlineData("\u0080\u0002\u00FF", true)]
    [InlineData("cos\nsystem\n.", true)]
    [InlineData("cos\nsystem\n\u00FF", false)]
    [InlineData("cat\ndog\ncar\nbus\n", false)]
    [InlineData("cnumpy\narray\n", false)]
    [InlineData("S'os'\nS'system'\n\u0093", false)]
    [InlineData("cos\nsystem\n(Vid\ntR", true)]
    [InlineData("(ios\nsystem\n", true)]
    [InlineData("(cos\nsystem\nVid\no", true)]
    [InlineData("cos\nsystem\n)\u0081", true)]
    [InlineData("cos\nsystem\n)}\u0092", true)]
    [InlineData("cos\nsystem\n}b", true)]
    [InlineData("cos\nsystem\np0\n0g0\0x\n(S'id'\ntR.", true)]
    [InlineData("cos\nsystem\n\u0095\u00FF\u00FF\0\0\0\0\0\0(S'id'\ntR.", true)]
    [InlineData("cos\nenviron\nS'A'\nS'b'\ns", true)]
    [InlineData("csys\npath\nS'/tmp'\na", true)]
    [InlineData("csys\npath\n(S'/tmp'\ne", true)]
    [InlineData("cos\nenviron\n(S'A'\nS'b'\nu", true)]
    [InlineData("]S'x'\na", false)]
    [InlineData("class Net(Module):\n  __parameters__ = []\n", false)]
    [InlineData("N.abc", false)]
    [InlineData("Python reads this\n", false)]
    [InlineData("print this\n", false)]
    [InlineData("Np1_0\n0cos\nsystem\n.", true)]
    [InlineData("text", false)]
    public void Scan_SaysWhetherItIsAPickle(string bytes, bool isPickle) => Assert.Equal(isPickle, Scan(bytes).IsPickle);

    [Theory]
    [InlineData('a', true)]
    [InlineData('#', false)]
    public void Scan_LineTooLongForAName_IsAPickleIfItCouldBeOne(char filling, bool isPickle) =>
        Assert.Equal(isPickle, Scan($"c{new string(filling, 2000)}\nb\n.").IsPickle);

    [Theory]
    [InlineData("S", true)]
    [InlineData("V", true)]
    [InlineData("P", true)]
    [InlineData("I", true)]
    [InlineData("c", false)]
    [InlineData("p", false)]
    public void Scan_LineWithoutAnEnd_IsNotFollowedThroughTheWholeFile(string start, bool isPickle)
    {
        using var source = new EndlessSource(Encoding.Latin1.GetBytes(start), 64L << 30);

        var report = PickleScanner.Scan(source);

        Assert.Equal(isPickle, report.IsPickle);
        Assert.NotNull(report.Problem);
        Assert.InRange(source.ReadTo, 256 << 20, 257 << 20);
    }

    [Fact]
    public void Scan_LineOfManyReads_IsFollowed()
    {
        var report = Scan($"V{new string('v', 100_000)}\n0V{new string('v', 16_382)}\n0cos\nsystem\n.");

        Assert.Equal(["os.system"], report.Imports);
        Assert.Null(report.Problem);
    }

    [Fact]
    public void Scan_AnyBytes_EndsWithAReport() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
    {
        using var source = ByteSource.FromMemory(bytes);
        return PickleScanner.Scan(source) is not null;
    }).QuickCheckThrowOnFailure();

    private static PickleReport Scan(string pickle)
    {
        using var source = ByteSource.FromMemory(Encoding.Latin1.GetBytes(pickle));
        return PickleScanner.Scan(source);
    }

    /// <summary>A begin, and zeros behind it.</summary>
    private sealed class EndlessSource(byte[] start, long length) : ByteSource
    {
        public override long Length => length;

        /// <summary>How far it has been read.</summary>
        public long ReadTo { get; private set; }

        public override int Read(long offset, Span<byte> destination)
        {
            destination.Clear();
            if (offset < start.Length)
            {
                start.AsSpan((int)offset).CopyTo(destination);
            }

            ReadTo = Math.Max(ReadTo, offset + destination.Length);
            return destination.Length;
        }
    }
}
