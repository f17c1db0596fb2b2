// SPDX-License-Identifier: Apache-2.0

using static Tributary.Repository.Tests.ScanSamples;

namespace Tributary.Repository.Tests;

/// <summary>What a scan costs is bounded for the whole file, whatever it claims to hold.</summary>
public sealed class ContentScanTests : FolderTests
{
    /// <summary>A pickle of a million zeros, which deflates to nothing, and then what it runs.</summary>
    private static readonly byte[] Long = [0x80, 3, (byte)'B', 0x40, 0x42, 0x0F, 0, .. new byte[1_000_000], (byte)'0', .. Evil];

    [Fact]
    public void Pickle_IsFollowedBehindWhatIsLong()
    {
        var budget = new ScanBudget(2 << 20);

        var report = Scan(Zip(("a", Long)), budget);

        Assert.Equal(["os.system"], Assert.Single(report.Pickles).Imports);
        Assert.Empty(report.Faults);
        Assert.InRange(budget.ReadBytes, 1_000_000, 2 << 20);
    }

    [Fact]
    public void MoreThanIsToBeRead_EndsTheScan()
    {
        var report = Scan(Zip(("a", Long), ("b", Long), ("c", Evil), ("../d", Evil)), new ScanBudget(1_010_000));

        Assert.Equal("a", Assert.Single(report.Pickles).Member);
        Assert.Equal(["'b' is not looked into: more than 1010000 bytes are to be read"], report.Faults);
    }

    [Fact]
    public void FileItself_CountsAgainstTheBudget()
    {
        var lines = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat($"V{new string('v', 999)}\n0", 100)));

        var report = Scan([.. lines, .. Evil], new ScanBudget(50_000));

        Assert.Equal(["the file is not looked into: more than 50000 bytes are to be read"], report.Faults);
    }

    [Fact]
    public async Task MemberThatCannotBegin_IsClosed()
    {
        await using var stream = new MemoryStream(Evil);

        Assert.Throws<ScanBudgetException>(() => new MemberSource(stream, Evil.Length, new ScanBudget(1), Token));

        Assert.False(stream.CanRead);
    }

    [Fact]
    public void MorePicklesThanAreKept_AreAFault()
    {
        var report = Scan(Zip([.. Enumerable.Range(0, ScanBudget.MaxPickles + 1).Select(i => ($"{i}", Arrays))]));

        Assert.Equal(ScanBudget.MaxPickles, report.Pickles.Count);
        Assert.Equal([$"'{ScanBudget.MaxPickles}' is not looked into: there are more than 1000 pickles"], report.Faults);
    }

    [Fact]
    public void MoreOperationsThanAreFollowed_AreAFault()
    {
        // Each of them is nothing but operations, and no pickle in the end.
        var operations = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("N0", 499_999)) + "!");

        var report = Scan(Zip([.. Enumerable.Range(0, 25).Select(i => ($"{i}", operations))]));

        Assert.Contains("'24' is not looked into: its pickles have more than 20000000 operations", report.Faults);
    }

    [Fact]
    public void MoreNamesThanAreKept_AreAFault()
    {
        var names = string.Concat(Enumerable.Range(0, 400).Select(i => $"c{new string('m', 900)}\nn{i}\n0"));

        var report = Scan(Encoding.ASCII.GetBytes($"{names}N."));

        Assert.Empty(report.Pickles);
        Assert.Equal(["the file is not looked into: what is imported has more than 262144 characters"], report.Faults);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancelled_EndsWithinAMemberAndWithinTheFileItself(bool isMember)
    {
        var content = isMember ? Zip(("a", Long)) : [.. Enumerable.Repeat((byte)'S', 1_000_000)];
        using var cancelling = new CancellationTokenSource();
        var budget = new ScanBudget();
        await using var file = new CancellingStream(content, budget, cancelling);

        Assert.ThrowsAny<OperationCanceledException>(() => new ContentScan(budget, cancelling.Token).Read(file));

        Assert.InRange(budget.ReadBytes, 1, 500_000);
    }

    /// <summary>A gigabyte of numbers in eight members, none of it on the disk but for what is written.</summary>
    [Fact]
    public async Task StoredMembers_AreReadAtTheirBeginOnly()
    {
        const long MemberBytes = 128 << 20;
        await using var file = new CountingFile(Folder.Combine("weights.zip"));
        var directory = new ZipLayout();
        for (var i = 0; i < 8; i++)
        {
            var (offset, name) = (file.Length, $"m/data/{i}");
            var header = new ZipLayout();
            header.Member(name, [], MemberBytes);
            file.Position = offset;
            file.Write(header.ToArray());
            file.SetLength(file.Length + MemberBytes);
            directory.Entry(name, [], (uint)offset, size: MemberBytes);
        }

        var (bytes, start) = ((uint)directory.Here, (uint)file.Length);
        file.Position = start;
        file.Write(directory.End(8, bytes, start).ToArray());
        file.ReadBytes = 0;

        var budget = new ScanBudget();
        var report = new ContentScan(budget, Token).Read(file);

        Assert.Empty(report.Faults);
        Assert.Empty(report.Pickles);
        Assert.InRange(file.ReadBytes, 8 * 512, 1 << 19);
    }

    /// <summary>Cancels when the first of what counts is read.</summary>
    private sealed class CancellingStream(byte[] bytes, ScanBudget budget, CancellationTokenSource cancelling) : MemoryStream(bytes, writable: false)
    {
        public override int Read(byte[] buffer, int offset, int count)
        {
            if (budget.ReadBytes > 0)
            {
                cancelling.Cancel();
            }

            return base.Read(buffer, offset, count);
        }
    }

    private sealed class CountingFile(string path) : FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0)
    {
        public long ReadBytes { get; set; }

        public override int Read(byte[] buffer, int offset, int count) => Count(base.Read(buffer, offset, count));

        public override int Read(Span<byte> buffer) => Count(base.Read(buffer));

        private int Count(int read)
        {
            ReadBytes += read;
            return read;
        }
    }
}
