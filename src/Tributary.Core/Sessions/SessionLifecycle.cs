// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Options;
using Tributary.Core.Combiners;
using Tributary.Core.Coordination;
using Tributary.Core.Models;
using Tributary.Core.Repository;
using Tributary.Core.Rounds;

namespace Tributary.Core.Sessions;

/// <summary>The requests to create, start and end sessions: what is accepted is durable; <see cref="SessionRunner"/> does it.</summary>
public sealed class SessionLifecycle(
    ISessionStore sessions,
    IModelStore models,
    IEnumerable<ICombinerLink> combiners,
    RoundSettingsCheck check,
    IEnumerable<IStrategySource> strategies,
    IEnumerable<IModelSource> modelSources,
    ICoordinator coordinator,
    IdSource ids,
    TimeProvider time,
    IOptions<SessionOptions> options,
    IOptions<CombinerOptions> combinerOptions)
{
    /// <summary>The maximum number of rounds in one run; more are refused.</summary>
    public const int MaxRounds = 1_000_000;

    /// <summary>
    /// Checks and resolves a configuration: a strategy of the repository becomes the server's own strategy with its parameters, a model of
    /// the repository is imported into the trail.
    /// </summary>
    public async Task<PrepareSessionResult> PrepareAsync(SessionConfig config, CancellationToken cancellationToken)
    {
        foreach (var source in strategies)
        {
            var (aggregator, parameters, problem) = await source.FindAsync(config.Aggregator, config.AggregatorParameters, cancellationToken);
            if (problem is not null)
            {
                return new PrepareSessionResult.Invalid(nameof(config.Aggregator), problem);
            }

            config = aggregator is null ? config : config with { Aggregator = aggregator, AggregatorParameters = parameters };
        }

        if (Check(config) is { } invalid)
        {
            return new PrepareSessionResult.Invalid(invalid.Field, invalid.Reason);
        }

        if (!RepositoryModelName.TryParse(config.ModelId, out var name))
        {
            return new PrepareSessionResult.Ready(config, null);
        }

        if (modelSources.FirstOrDefault() is not { } models)
        {
            return new PrepareSessionResult.Invalid(nameof(config.ModelId), $"is '{name}', and the repository role does not run in this process");
        }

        var (model, unusable) = await models.ImportAsync(name, config.Format, cancellationToken);
        return model is null ? new PrepareSessionResult.Invalid(nameof(config.ModelId), unusable!) : new PrepareSessionResult.Ready(config, model);
    }

    private StartSessionResult.Invalid? Check(SessionConfig config)
    {
        if (check.FindFault(config.Aggregator, config.AggregatorParameters, config.Format) is { } fault)
        {
            return new(fault.Property, fault.Reason);
        }

        if (config.BufferSize is not -1 and < 1)
        {
            return new(nameof(config.BufferSize), FormattableString.Invariant($"is {config.BufferSize}; expected -1 or a number above 0"));
        }

        if (config.ClientsRequired < 1)
        {
            return new(nameof(config.ClientsRequired), FormattableString.Invariant($"is {config.ClientsRequired}; expected a number above 0"));
        }

        if (config.RequestedClients < 0)
        {
            return new(nameof(config.RequestedClients), FormattableString.Invariant($"is {config.RequestedClients}; expected 0 or more"));
        }

        var required = check.CountRequired(config);
        if (config.MaxClients != 0 && config.MaxClients < required)
        {
            return new(nameof(config.MaxClients), FormattableString.Invariant($"is {config.MaxClients}; expected 0, or at least the clients required, {required}"));
        }

        if (check.CountRequiredUpdates(config) is var updates && config.BufferSize > 0 && config.BufferSize < updates)
        {
            return new(nameof(config.BufferSize), FormattableString.Invariant($"is {config.BufferSize}; expected -1, or at least the {updates} updates that {config.Aggregator} needs"));
        }

        if (FindObstacle(config) is { } obstacle)
        {
            return new(nameof(config.Aggregator), obstacle);
        }

        if (!RoundSettings.IsOverSelection(config.OverSelection) || (config.OverSelection > 0 && config.BufferSize < 1))
        {
            return new(
                nameof(config.OverSelection),
                FormattableString.Invariant($"is {config.OverSelection}; expected {RoundSettings.ExpectedOverSelection} together with a buffer size above 0"));
        }

        return Check(config.Rounds, config.RoundTimeout);
    }

    public ValueTask<bool> CreateAsync(SessionRecord session, CancellationToken cancellationToken) => sessions.CreateAsync(session, cancellationToken);

    /// <summary>Starts a session, or continues it from its newest model.</summary>
    public async Task<StartSessionResult> StartAsync(StartSessionRequest request, CancellationToken cancellationToken)
    {
        var session = await sessions.FindAsync(request.Session, cancellationToken);
        if (session is null)
        {
            return new StartSessionResult.UnknownSession();
        }

        if (await sessions.FindActiveRunAsync(session.Id, cancellationToken) is not null)
        {
            return new StartSessionResult.Busy();
        }

        var rounds = request.Rounds ?? session.Config.Rounds;
        var timeout = request.RoundTimeout ?? session.Config.RoundTimeout;
        if (Check(rounds, timeout) is { } invalid)
        {
            return invalid;
        }

        if (check.FindFault(session.Config.Aggregator, session.Config.AggregatorParameters, session.Config.Format) is { } fault)
        {
            // It was valid when the session was created; the plug-in that brought the strategy has been removed since.
            return new StartSessionResult.Invalid(fault.Property, fault.Reason);
        }

        if (!combiners.Any())
        {
            return new StartSessionResult.NoCombiner();
        }

        if (FindObstacle(session.Config) is { } obstacle)
        {
            // It was valid likewise; the settings of the combiner have changed since.
            return new StartSessionResult.Invalid(nameof(SessionConfig.Aggregator), obstacle);
        }

        var active = 0;
        foreach (var combiner in combiners)
        {
            var clients = await combiner.ListActiveClientsAsync(cancellationToken);
            active += clients.Count(c => request.Clients.Count == 0 || request.Clients.Contains(c.Id.Value));
        }

        if (check.CountRequired(session.Config) is var required && active < required)
        {
            return new StartSessionResult.TooFewClients(required, active);
        }

        var newest = await models.FindNewestAsync(session.Id, cancellationToken);
        var model = newest?.Id ?? session.SeedModel ?? ModelId.Parse(session.Config.ModelId);
        if (await models.FindAsync(model, cancellationToken) is null)
        {
            return new StartSessionResult.UnknownModel(model.Value);
        }

        var run = new RunRecord
        {
            Id = ids.Next(),
            Session = session.Id,
            Model = model,
            Rounds = rounds,
            RoundTimeout = timeout,
            ModelNamePrefix = request.ModelNamePrefix,
            Clients = request.Clients,
            StartedAt = time.GetUtcNow(),
        };
        try
        {
            switch (await sessions.StartRunAsync(run, options.Value.MaxActive, cancellationToken))
            {
                case StartRunOutcome.Busy:
                    return new StartSessionResult.Busy();
                case StartRunOutcome.LimitReached:
                    return new StartSessionResult.LimitReached(options.Value.MaxActive);
            }
        }
        finally
        {
            // Also after a failure: the run may have been recorded nevertheless, and must then be executed.
            await coordinator.ActivateAsync(SessionRunner.KeyOf(session.Id), CancellationToken.None);
        }

        Failpoints.Reached("session.started", session.Id.Value);
        return new StartSessionResult.Started(run.Id);
    }

    /// <summary>Sets the status; <see cref="SessionStatus.Terminated"/> ends the current round. False for an unknown session.</summary>
    public async Task<bool> SetStatusAsync(SessionId id, SessionStatus status, CancellationToken cancellationToken)
    {
        var isUnknown = false;
        try
        {
            isUnknown = !await sessions.SetStatusAsync(id, status, time.GetUtcNow(), cancellationToken);
            return !isUnknown;
        }
        finally
        {
            // Also after a failure, as above. Without a combiner here, another process executes the run, if any does.
            if (!isUnknown && combiners.Any())
            {
                await coordinator.ActivateAsync(SessionRunner.KeyOf(id), CancellationToken.None);
            }
        }
    }

    /// <summary>Returns the reason why the strategy of checked settings cannot work with the combiners of this process, or null.</summary>
    private string? FindObstacle(SessionConfig config)
    {
        var (required, most) = (check.CountRequiredUpdates(config), combinerOptions.Value.MaxClients);
        return combiners.Any() && required > most
            ? FormattableString.Invariant($"is '{config.Aggregator}', which needs {required} updates in a round; Combiner:MaxClients allows {most} clients")
            : check.FindObstacle(config, combiners.Count());
    }

    private static StartSessionResult.Invalid? Check(int rounds, double timeout)
    {
        if (rounds is < 1 or > MaxRounds)
        {
            return new(nameof(SessionConfig.Rounds), FormattableString.Invariant($"is {rounds}; expected 1 to {MaxRounds}"));
        }

        return timeout > 0 && timeout <= SessionConfig.MaxRoundTimeout
            ? null
            : new(nameof(SessionConfig.RoundTimeout), FormattableString.Invariant($"is {timeout}; expected seconds above 0, at most {SessionConfig.MaxRoundTimeout}"));
    }
}
