// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tributary.Core;
using Tributary.Core.Aggregation;
using Tributary.Core.Clients;
using Tributary.Core.Models;
using Tributary.Core.Reports;
using Tributary.Core.Repository;
using Tributary.Core.Rounds;
using Tributary.Core.Sessions;
using Tributary.Core.Updates;
using Tributary.Numerics.Formats;

namespace Tributary.Repository.Integration;

/// <summary>
/// The recorder of outcomes of runs, which adds figures, weights and lineage to the training results of the repository model that the
/// session started from. Later validations are added to the same result.
/// </summary>
internal sealed partial class TrainingResultRecorder(
    ISessionStore sessions,
    IRoundStore rounds,
    IModelStore models,
    IModelDataStore data,
    IReportStore reports,
    IRepositoryStore repository,
    ModelConverter converter,
    StrategyRegistry aggregators,
    TimeProvider time,
    ILogger<TrainingResultRecorder> logger) : BackgroundService, ISessionListener, IReportListener
{
    /// <summary>The time after the end of a run during which its validations are still added.</summary>
    private static readonly TimeSpan Patience = ClientRoster.ValidationPatience;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    private const int MaxRecent = 64;

    private readonly TrainingResults _results = new(repository, data, converter);
    private readonly ConcurrentDictionary<string, (RepositoryKey Key, DateTimeOffset At)> _awaited = new(StringComparer.Ordinal);

    // One queued entry for each model would suffice; a repeated one changes nothing.
    private readonly Channel<string> _validated =
        Channel.CreateBounded<string>(new BoundedChannelOptions(1024) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>Records the outcome of a run whose session began with a model of the repository. Can be repeated.</summary>
    public async Task OnRunEndedAsync(SessionRecord session, RunRecord run, CancellationToken cancellationToken)
    {
        if (!RepositoryModelName.TryParse(session.Config.ModelId, out var name)
            || await models.FindNewestAsync(session.Id, cancellationToken) is not { } model
            || await rounds.FindAsync(run.Id, 1, cancellationToken) is not { } first
            || model.Round < first.Number)
        {
            return;
        }

        try
        {
            var key = await AddAsync(name, session, run, model, first.Number, cancellationToken);

            // Includes validations that arrived during the run or before a restart.
            Await(model.Id, key, time.GetUtcNow());
            Failpoints.Reached("outcome.recorded", session.Id.Value);
        }
        catch (Exception unusable) when (unusable is ParameterFormatException or ArgumentException)
        {
            LogNotRecorded(unusable, session.Id, name);
        }
    }

    /// <summary>Adds validations to outcomes until cancelled, beginning with those that arrived just before a restart.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!await TryFindRecentAsync(stoppingToken))
        {
            await Task.Delay(RetryDelay, time, stoppingToken);
        }

        await foreach (var model in _validated.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await RefreshAsync(model, stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                LogNotRefreshed(error, model);
            }
        }
    }

    void IReportListener.Recorded(IReadOnlyList<Report> reports)
    {
        foreach (var validation in reports.OfType<ValidationReport>().Where(v => _awaited.ContainsKey(v.Model)))
        {
            _validated.Writer.TryWrite(validation.Model);
        }
    }

    /// <summary>Queues the model's existing validations and begins to accept new ones; drops models that receive no more.</summary>
    private void Await(ModelId model, RepositoryKey key, DateTimeOffset at)
    {
        foreach (var late in _awaited.Where(a => a.Value.At <= time.GetUtcNow() - Patience))
        {
            _awaited.TryRemove(late);
        }

        _awaited[model.Value] = (key, at);
        _validated.Writer.TryWrite(model.Value);
    }

    private async Task<bool> TryFindRecentAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var run in (await sessions.ListRunsAsync(new PageRequest { Limit = MaxRecent }, cancellationToken)).Items)
            {
                if (run is { CompletedAt: { } at, CompletedModel: { } model } && at > time.GetUtcNow() - Patience
                    && await FindKeyAsync(run, cancellationToken) is { } key)
                {
                    Await(model, key, at);
                }
            }

            return true;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogRecentUnknown(error);
            return false;
        }
    }

    private async Task<RepositoryKey> AddAsync(
        RepositoryModelName name, SessionRecord session, RunRecord run, ModelRecord model, long firstRound, CancellationToken cancellationToken)
    {
        var trail = new PageRequest { Limit = 1, Filters = new Dictionary<string, string> { ["session_id"] = session.Id.Value } };
        var trained = (await models.ListAsync(trail, cancellationToken)).Total ?? 0;
        var configuration = TrainingResultFields.Configure(session.Config, run, aggregators);
        var document = new JsonObject
        {
            ["model_name"] = name.Name,
            ["model_version"] = name.Version,
            ["results"] = TrainingResultFields.Describe(session, run, model, trained, configuration),
            ["configuration_id"] = TrainingResultFields.ToText(TrainingResults.FirstNumber + await FindFirstRoundAsync(session, firstRound, cancellationToken)),
            [TrainingResults.LineageField] = new JsonObject
            {
                ["session"] = session.Id.Value,
                [TrainingResults.RunField] = run.Id,
                ["first_round"] = firstRound,
                ["last_round"] = model.Round,
                ["model"] = model.Id.Value,
                ["seed"] = run.Model.Value,
                ["rounds"] = $"/api/v1/rounds/?session_id={session.Id.Value}",
                [TrainingResultFields.Configuration] = configuration,
            },
        };
        TrainingResultFields.Merge(document, await MeasureAsync(model.Id.Value, cancellationToken));
        return await _results.AddAsync(name, document, firstRound, model, cancellationToken);
    }

    /// <summary>Returns the mean of each figure in the model's validations, by name.</summary>
    private async Task<IReadOnlyDictionary<string, double>> MeasureAsync(string model, CancellationToken cancellationToken)
    {
        var request = new PageRequest { Filters = new Dictionary<string, string> { ["model_id"] = model } };
        return await ValidationFigures.AverageAsync(request.ReadAllAsync(reports.ListValidationsAsync, null, cancellationToken));
    }

    private async Task RefreshAsync(string model, CancellationToken cancellationToken)
    {
        if (!_awaited.TryGetValue(model, out var awaited))
        {
            return;
        }

        var figures = await MeasureAsync(model, cancellationToken);
        await repository.ChangeAsync(
            RepositoryKind.TrainingResult,
            awaited.Key,
            text => TrainingResultFields.Merge(text, figures),
            new AuditEntry(AuditEntry.Session, "add_validations", $"model {model}"),
            cancellationToken);
    }

    /// <summary>Finds the number of the session's first round, which names its configuration.</summary>
    private async Task<long> FindFirstRoundAsync(SessionRecord session, long otherwise, CancellationToken cancellationToken)
    {
        var request = new PageRequest { Limit = 1, Ascending = true, Filters = new Dictionary<string, string> { ["session_id"] = session.Id.Value } };
        return (await rounds.ListAsync(request, cancellationToken)).Items is [var round, ..] ? round.Number : otherwise;
    }

    private async Task<RepositoryKey?> FindKeyAsync(RunRecord run, CancellationToken cancellationToken) =>
        await sessions.FindAsync(run.Session, cancellationToken) is { } session && RepositoryModelName.TryParse(session.Config.ModelId, out var name)
            && await rounds.FindAsync(run.Id, 1, cancellationToken) is { } first
            ? await _results.FindAsync(name, run.Id, first.Number, cancellationToken)
            : null;

    [LoggerMessage(Level = LogLevel.Error, Message = "Session {SessionId} left no training result with repository model {ModelName}")]
    private partial void LogNotRecorded(Exception error, SessionId sessionId, RepositoryModelName modelName);

    [LoggerMessage(Level = LogLevel.Error, Message = "Recently ended runs could not be read for late validations; retrying in 5 seconds")]
    private partial void LogRecentUnknown(Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "The validations of model {ModelId} could not be added to its training result")]
    private partial void LogNotRefreshed(Exception error, string modelId);
}
