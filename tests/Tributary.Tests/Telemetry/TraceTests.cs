// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;
using System.Diagnostics;
using Tributary.Tests.Client;

namespace Tributary.Tests.Telemetry;

/// <summary>A trace follows an update: upload, submission and round are different calls, and each span links to the one before.</summary>
public sealed class TraceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Update_FromUploadToCommit_IsOneChainOfLinks()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Tributary" or "Microsoft.AspNetCore",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var (session, model) = await TrainAsync();

        var round = Assert.Single(spans, span => span.OperationName == "tributary.round" && (string?)span.GetTagItem("tributary.session.id") == session);
        var commit = InRound("tributary.round.commit");
        var aggregate = InRound("tributary.round.aggregate");
        var train = InRound("tributary.round.train");
        Assert.Equal([round.SpanId, train.SpanId, round.SpanId], [commit.ParentSpanId, aggregate.ParentSpanId, train.ParentSpanId]);
        Assert.Equal(model, commit.GetTagItem("tributary.model.id"));

        var submissions = train.Links.Select(link => Linked(link, "tributary.update.submit")).ToList();
        Assert.Equal(["a", "b"], submissions.Select(span => (string?)span.GetTagItem("tributary.client.id")).Order());
        Assert.All(submissions, submission =>
        {
            Assert.Equal("Accepted", submission.GetTagItem("tributary.outcome"));
            var upload = Linked(Assert.Single(submission.Links), "Microsoft.AspNetCore.Hosting.HttpRequestIn");
            Assert.Equal("/fedn.ModelService/Upload", upload.GetTagItem("grpc.method"));
        });

        Activity InRound(string name) => Assert.Single(spans, span => span.OperationName == name && span.TraceId == round.TraceId);

        Activity Linked(ActivityLink link, string name) => Assert.Single(
            spans, span => span.OperationName == name && (span.TraceId, span.SpanId) == (link.Context.TraceId, link.Context.SpanId));
    }

    /// <summary>Trains one round of two participants; every call has ended on return.</summary>
    private static async Task<(string Session, string Model)> TrainAsync()
    {
        await using var server = await ServerHost.StartAsync();
        await using var participants = new ParticipantGroup();
        using var controller = server.Client();
        participants.Add(server, "a", ParticipantGroup.Adding(1, examples: 1));
        participants.Add(server, "b", ParticipantGroup.Adding(1, examples: 1));
        await controller.WaitForClientsAsync(2);
        var session = await controller.RunSessionAsync(
            new SessionSettings { ModelId = await controller.UploadAsync(0), Rounds = 1, ClientsRequired = 2, Validate = false });
        var model = Assert.Single((await controller.Models.ListAsync(session.SessionId, cancellationToken: Token)).Items);
        return (session.SessionId, model.ModelId);
    }
}
