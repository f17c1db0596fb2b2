// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;
using System.Diagnostics.Metrics;
using Tributary.Core;
using Tributary.Core.Sessions;

namespace Tributary.Controller;

/// <summary>The metrics of the controller role.</summary>
internal sealed class ControllerMetrics
{
    private readonly Counter<long> _starts;
    private readonly Counter<long> _assignments;
    private readonly Histogram<long> _uploadSize;

    public ControllerMetrics(IMeterFactory factory)
    {
        var meter = factory.Create($"{TributaryDiagnostics.Name}.Controller");
        _starts = meter.CreateCounter<long>("tributary.session.started", "{request}", "Requests to start a session, by outcome");
        _assignments = meter.CreateCounter<long>("tributary.client.assigned", "{request}", "Requests of clients for a combiner, by outcome");
        _uploadSize = meter.CreateSizes("tributary.model.upload.size", "Size of a model that a user has uploaded");
    }

    public void SessionStartAnswered(StartSessionResult result) => _starts.Add(1, Outcome(result switch
    {
        StartSessionResult.Started => "started",
        StartSessionResult.UnknownSession => "unknown_session",
        StartSessionResult.Busy => "busy",
        StartSessionResult.LimitReached => "limit_reached",
        StartSessionResult.NoCombiner => "no_combiner",
        StartSessionResult.TooFewClients => "too_few_clients",
        StartSessionResult.UnknownModel => "unknown_model",
        StartSessionResult.Invalid => "invalid",
        _ => throw new UnreachableException(),
    }));

    public void ClientAssigned() => _assignments.Add(1, Outcome("assigned"));

    public void ClientNotAssigned() => _assignments.Add(1, Outcome("no_combiner"));

    public void ModelUploaded(long bytes) => _uploadSize.Record(bytes);

    private static KeyValuePair<string, object?> Outcome(string outcome) => new(TributaryDiagnostics.Outcome, outcome);
}
