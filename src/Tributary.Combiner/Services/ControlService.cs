// SPDX-License-Identifier: Apache-2.0

using Grpc.Core;
using Tributary.Combiner.Control;
using Tributary.Core;
using Tributary.Core.Aggregation;
using Tributary.Core.Aggregation.Averaging;
using Tributary.Core.Combiners;
using Tributary.Core.Models;
using Tributary.Core.Rounds;
using Tributary.Core.Sessions;
using Tributary.Hosting.Grpc;
using Tributary.Protocol.Fedn;
using Fedn = Tributary.Protocol.Fedn;

namespace Tributary.Combiner.Services;

/// <summary>The service <c>fedn.Control</c>, with which a controller starts rounds at this combiner. It does not touch the sessions of this server.</summary>
internal sealed class ControlService(
    DirectRounds directRounds, ISessionStore sessions, ValidationRequests validations, IModelStore models, StrategyRegistry strategies, RoundSettingsCheck check, IdSource ids)
    : Fedn.Control.ControlBase
{
    private volatile string _aggregator = FedAvg.StrategyName;

    public override async Task<ControlResponse> Start(ControlRequest request, ServerCallContext context)
    {
        var parameters = new ControlParameters(request);
        var jobId = ids.Next();
        switch (parameters.Text("task"))
        {
            case "training":
                var round = parameters.ToPlan(jobId, _aggregator, check);
                if (SessionId.TryParse(round.Session, out var session) && await sessions.FindAsync(session, context.CancellationToken) is not null)
                {
                    // A round from elsewhere would continue from the session's models and overwrite its strategy's state.
                    throw GrpcError.Of(StatusCode.FailedPrecondition, $"parameter session_id is '{session}', a session of this server; expected one of the caller's own");
                }

                switch (await directRounds.StartAsync(round, context.CancellationToken))
                {
                    case StartDirectRoundResult.NumberTaken:
                        throw GrpcError.Of(
                            StatusCode.FailedPrecondition,
                            FormattableString.Invariant($"parameter round_id is {round.Round}, which another round has; expected an unused number"));
                    case StartDirectRoundResult.QueueFull:
                        throw GrpcError.Of(StatusCode.ResourceExhausted, "too many rounds are already waiting at this combiner");
                }

                break;
            case "validation":
                var plan = new ValidationPlan(
                    parameters.Find("round_id") is null ? 0 : parameters.Round,
                    parameters.Find("session_id") ?? "",
                    parameters.Model("model_id"),
                    parameters.List("selected_clients"));
                if (await models.FindAsync(plan.Model, context.CancellationToken) is null)
                {
                    throw GrpcError.Of(StatusCode.NotFound, $"parameter model_id is '{plan.Model}'; expected the id of a stored model");
                }

                await validations.RequestAsync(plan, context.CancellationToken);
                break;
            case var other:
                throw GrpcError.Invalid($"parameter task is '{other}'; expected training or validation");
        }

        return new ControlResponse { Parameter = { new Parameter { Key = "job_id", Value = jobId } } };
    }

    /// <summary>Ends the rounds that this service has started and that are not yet committed; returns the ids of their jobs.</summary>
    public override async Task<ControlResponse> Stop(ControlRequest request, ServerCallContext context) => new()
    {
        Parameter = { (await directRounds.StopAsync(context.CancellationToken)).Select(id => new Parameter { Key = "job_id", Value = id }) },
    };

    /// <summary>Sets the default strategy, for rounds that name none.</summary>
    public override Task<ControlResponse> SetAggregator(ControlRequest request, ServerCallContext context)
    {
        var name = request.Parameter.LastOrDefault()?.Value;
        if (name is null || !strategies.TryGet(name, out _))
        {
            throw GrpcError.Invalid($"parameter aggregator is '{name}'; expected one of {string.Join(", ", strategies.Names)}");
        }

        _aggregator = name;
        return Task.FromResult(new ControlResponse { Message = "Success" });
    }

    /// <summary>
    /// Reports success and does nothing: each update waits in its own round, and no queue across rounds exists that could hold stale ones.
    /// </summary>
    public override Task<ControlResponse> FlushAggregationQueue(ControlRequest request, ServerCallContext context) =>
        Task.FromResult(new ControlResponse { Message = "Success" });
}
