// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Repository.Tests;

/// <summary>What is kept beside files is read by later versions: its names may only grow.</summary>
public sealed class ScanReportTests
{
    [Fact]
    public void Report_WithEveryField_IsWrittenAsItWasRead()
    {
        const string Kept = """
            {"version":4,"pickles":[{"member":"m","protocol":2,"imports":["i"],"unnamed":["u"],"calls":4,"problem":"p","trailing":5}],"faults":["f"],"expansion":{"member":"e","packed":6,"length":7,"total":8},"warnings":["w"]}
            """;

        Assert.Equal(Kept, ScanReport.Read(Kept)!.Write());
    }
}
