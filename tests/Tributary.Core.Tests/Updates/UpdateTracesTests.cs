// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;

namespace Tributary.Core.Tests.Updates;

/// <summary>The links between the spans of an update are bounded, whatever clients upload.</summary>
public sealed class UpdateTracesTests : IDisposable
{
    private readonly ActivityListener _listener = new()
    {
        ShouldListenTo = source => source.Name == TributaryDiagnostics.Name,
        Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
    };

    public UpdateTracesTests() => ActivitySource.AddActivityListener(_listener);

    public void Dispose() => _listener.Dispose();

    [Fact]
    public void Uploads_BeyondTheNewest4096_AreForgotten()
    {
        var traces = new UpdateTraces();
        using var upload = TributaryDiagnostics.Source.StartActivity("upload");
        for (var i = 0; i <= 4096; i++)
        {
            traces.Note(Id(i));
        }

        using var oldest = traces.StartSubmission(new UpdateSubmission(ClientId.Parse("a"), Id(0).Value, 1, 1));
        using var newest = traces.StartSubmission(new UpdateSubmission(ClientId.Parse("a"), Id(4096).Value, 1, 1));

        Assert.Empty(oldest!.Links);
        Assert.Equal(upload!.Context, Assert.Single(newest!.Links).Context);
    }

    [Fact]
    public void Round_OfManyUpdates_LinksTo128OfThem()
    {
        var traces = new UpdateTraces();
        using var round = TributaryDiagnostics.Source.StartActivity("round");
        for (var i = 0; i < 200; i++)
        {
            traces.Note(Id(i));
        }

        traces.Link(round, Enumerable.Range(0, 200).Select(Id));

        Assert.Equal(128, round!.Links.Count());
    }

    private static ModelId Id(int number) => ModelId.Parse(FormattableString.Invariant($"u{number}"));
}
