// SPDX-License-Identifier: Apache-2.0

using System.Text;
using Tributary.Repository.Scanning;
using Tributary.Testing.Stores;
using static Tributary.Repository.Tests.ScanSamples;

namespace Tributary.Repository.Tests;

/// <summary>What a scan costs is bounded for the whole file, whatever it claims to hold.</summary>
public sealed class ContentScanTests
{
    /// <summary>A pickle of a million zeros, which deflates to nothing, and then what it runs.</summary>
    private static readonly byte[] Long = [0x80, 3, (byte)'B', 0x40, 0x42, 0x0F, 0, .. new byte[1_000_000], (byte)'0', .. Evil];

    private readonly MemoryStores _stores = new(new MemoryDisk(), StoreDoor.Open);

    [Fact]
    public async Task Pickle_IsFollowedBehindWhatIsLong()
    {
        var budget = new ScanBudget(2 << 20);

        var report = await ScanAsync(Zip(("a", Long)), budget);

        Assert.Equal(["os.system"], Assert.Single(report.Pickles).Imports);
        Assert.Empty(report.Faults);
        Assert.InRange(budget.InflatedBytes, 1_000_000, 2 << 20);
    }

    [Fact]
    public async Task MoreThanIsToBeInflated_IsAFaultOfEachMemberThatIsLeft()
    {
        var report = await ScanAsync(Zip(("a", Long), ("b", Long), ("c", Long)), new ScanBudget(1_600_000));

        Assert.Equal("a", Assert.Single(report.Pickles).Member);
        Assert.Equal(
            ["'b' is not looked into: more than 1600000 bytes are to be inflated", "'c' is not looked into: more than 1600000 bytes are to be inflated"],
            report.Faults);
    }

    [Fact]
    public async Task InnerArchiveBeyondTheBudget_IsAFault()
    {
        var random = new byte[1 << 20];
        new Random(1).NextBytes(random);

        var report = await ScanAsync(Zip(("in.pt", Zip(("a", random), ("b", Evil)))), new ScanBudget(1 << 20));

        Assert.Empty(report.Pickles);
        Assert.Equal(["'in.pt' is not looked into: more than 1048576 bytes are to be inflated"], report.Faults);
    }

    [Fact]
    public async Task MorePicklesThanAreKept_AreAFault()
    {
        var report = await ScanAsync(
            Zip([.. Enumerable.Range(0, ScanBudget.MaxPickles + 1).Select(i => ($"{i}", Arrays))]), new ScanBudget());

        Assert.Equal(ScanBudget.MaxPickles, report.Pickles.Count);
        Assert.Equal([$"'{ScanBudget.MaxPickles}' is not looked into: there are more than 1000 pickles"], report.Faults);
    }

    [Fact]
    public async Task MoreOperationsThanAreFollowed_AreAFault()
    {
        // Each of them is nothing but operations, and no pickle in the end.
        var operations = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("N0", 499_999)) + "!");

        var report = await ScanAsync(Zip([.. Enumerable.Range(0, 25).Select(i => ($"{i}", operations))]), new ScanBudget());

        Assert.Contains("'24' is not looked into: its pickles have more than 20000000 operations", report.Faults);
    }

    [Fact]
    public async Task MoreNamesThanAreKept_AreAFault()
    {
        var names = string.Concat(Enumerable.Range(0, 400).Select(i => $"c{new string('m', 900)}\nn{i}\n0"));

        var report = await ScanAsync(Encoding.ASCII.GetBytes($"{names}N."), new ScanBudget());

        Assert.Empty(report.Pickles);
        Assert.Equal(["the file is not looked into: what is imported has more than 262144 characters"], report.Faults);
    }

    [Fact]
    public async Task Cancelled_EndsWithinAMember()
    {
        using var cancelling = new CancellationTokenSource();
        await using var file = new CancellingStream(Zip(("a", Long), ("b", Long)), cancelling);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new ContentScan(_stores.Repository.BeginUploadAsync, new ScanBudget(), cancelling.Token).ReadAsync(file));
    }

    private async Task<ScanReport> ScanAsync(byte[] content, ScanBudget budget)
    {
        await using var file = new MemoryStream(content, writable: false);
        return await new ContentScan(_stores.Repository.BeginUploadAsync, budget, TestContext.Current.CancellationToken).ReadAsync(file);
    }

    /// <summary>Cancels when a member begins to be read: the directory, at the end, has been.</summary>
    private sealed class CancellingStream(byte[] bytes, CancellationTokenSource cancelling) : MemoryStream(bytes, writable: false)
    {
        private bool _hasReadEnd;

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_hasReadEnd && Position < 100)
            {
                cancelling.Cancel();
            }

            _hasReadEnd |= Position > Length / 2;
            return base.Read(buffer, offset, count);
        }
    }
}
