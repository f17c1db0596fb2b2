// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Tributary.Core.Models;
using Tributary.Core.Reports;
using Tributary.Core.Repository;
using Tributary.Core.Rounds;
using Tributary.Numerics;

namespace Tributary.Core.Sessions;

/// <summary>
/// Leaves what a run led to under the training results of the model of the repository that its session began with: figures, weights, and
/// the way to its rounds. Validations that come in later are added to it.
/// </summary>
public sealed partial class SessionOutcomes(
    ISessionStore sessions,
    IRoundStore rounds,
    IModelStore models,
    IModelDataStore data,
    IReportStore reports,
    IRepositoryStore repository,
    TimeProvider time,
    ILogger<SessionOutcomes> logger) : IReportListener
{
    /// <summary>Orchestrators that are in use take a random number of 0 to 100 that no result has: those of the server lie above.</summary>
    private const long FirstTraining = 1000;

    /// <summary>The key of a result's document under which the rounds that led to it stand; beside the fields of the known interface.</summary>
    public const string LineageField = "lineage";

    /// <summary>The key of a result's document that says how the server has stored its weights; callers cannot set it.</summary>
    public const string WeightsFormatField = "weights_format";

    /// <summary>How the server stores weights.</summary>
    public const string WeightsFormat = "npz";

    /// <summary>Runs that ended longer ago than this get no more validations.</summary>
    private static readonly TimeSpan Patience = Clients.ClientRoster.ValidationPatience;

    /// <summary>What the server itself says of a run: no client's figure of that name takes its place.</summary>
    private static readonly string[] Reserved =
        ["rounds", "strategy", "min_fit_clients", "min_available_clients", "min_evaluate_clients", "session_id", "run_id", "model_id"];

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    private const int MostRecent = 64;

    private readonly ConcurrentDictionary<string, RepositoryKey> _awaited = new(StringComparer.Ordinal);

    // One entry for a model at a time would do; a repeat finds nothing new.
    private readonly Channel<string> _validated =
        Channel.CreateBounded<string>(new BoundedChannelOptions(1024) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>Records the outcome of a run whose rounds are done; nothing happens when its session began with no model of the repository. Can be repeated.</summary>
    public async Task RecordAsync(SessionRecord session, RunRecord run, CancellationToken cancellationToken)
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
            _awaited[model.Id.Value] = key;

            // Validations that came in meanwhile, or before a restart.
            _validated.Writer.TryWrite(model.Id.Value);
            Steps.Reached("outcome.recorded", session.Id.Value);
        }
        catch (Exception unusable) when (unusable is ParameterFormatException or ArgumentException)
        {
            LogNotRecorded(unusable, session.Id, name);
        }
    }

    /// <summary>Adds validations to the outcomes until cancelled; first those that came in just before a stop.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!await TryFindRecentAsync(cancellationToken))
        {
            await Task.Delay(RetryDelay, time, cancellationToken);
        }

        await foreach (var model in _validated.Reader.ReadAllAsync(cancellationToken))
        {
            try
            {
                await RefreshAsync(model, cancellationToken);
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

    private async Task<bool> TryFindRecentAsync(CancellationToken cancellationToken)
    {
        try
        {
            await FindRecentAsync(cancellationToken);
            return true;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogRecentUnknown(error);
            return false;
        }
    }

    private async Task FindRecentAsync(CancellationToken cancellationToken)
    {
        foreach (var run in (await sessions.ListRunsAsync(new PageRequest { Limit = MostRecent }, cancellationToken)).Rows)
        {
            if (run is { CompletedAt: { } at, CompletedModel: { } model } && at > time.GetUtcNow() - Patience
                && await FindKeyAsync(run, cancellationToken) is { } key)
            {
                _awaited[model.Value] = key;
                _validated.Writer.TryWrite(model.Value);
            }
        }
    }

    private async Task<RepositoryKey> AddAsync(
        RepositoryModelName name, SessionRecord session, RunRecord run, ModelRecord model, long firstRound, CancellationToken cancellationToken)
    {
        var document = new JsonObject
        {
            ["model_name"] = name.Name,
            ["model_version"] = name.Version,
            ["results"] = await DescribeAsync(session, run, model, cancellationToken),
            ["configuration_id"] = Number(FirstTraining + await FindFirstRoundAsync(session, firstRound, cancellationToken)),
            [WeightsFormatField] = WeightsFormat,
            [LineageField] = new JsonObject
            {
                ["session"] = session.Id.Value,
                ["run"] = run.Id,
                ["first_round"] = firstRound,
                ["last_round"] = model.Round,
                ["model"] = model.Id.Value,
                ["seed"] = run.Model.Value,
                ["rounds"] = $"/api/v1/rounds/?session_id={session.Id.Value}",
            },
        };

        // Rounds are numbered once and for all, so the number of the first tells runs apart. Somebody may have used it all the same.
        for (var training = FirstTraining + firstRound; ; training += 1_000_000)
        {
            var key = RepositoryKey.Of(name.Name, name.Version, Number(training));
            document["training_id"] = Number(training);
            var entry = new RepositoryEntry
            {
                Kind = RepositoryKind.TrainingResult,
                Key = key,
                Model = name.Key,
                Document = document.ToJsonString(),
            };
            if (!await repository.AddAsync(entry, cancellationToken))
            {
                var earlier = await repository.FindAsync(RepositoryKind.TrainingResult, key, cancellationToken);
                if (earlier is null || RunOf(earlier) != run.Id)
                {
                    continue;
                }
            }

            await StoreWeightsAsync(key, $"weights/{name.Name}/{name.Version}/{document["configuration_id"]}", Number(training), model, cancellationToken);
            return key;
        }
    }

    private async Task StoreWeightsAsync(RepositoryKey key, string fileName, string training, ModelRecord model, CancellationToken cancellationToken)
    {
        if (await repository.FindAsync(RepositoryKind.TrainingResult, key, cancellationToken) is { FileId: not null })
        {
            return;
        }

        using var source = await data.OpenAsync(model.Id, cancellationToken)
            ?? throw new ArgumentException($"Model {model.Id} has no bytes.", nameof(model));
        await using var upload = await repository.BeginUploadAsync(cancellationToken);
        if (model.Format == WeightsFormat)
        {
            await CopyAsync(source, upload.Stream, cancellationToken);
        }
        else
        {
            using var reader = ParameterCodecs.Get(model.Format).Open(source, new DecodeLimits { MaxTotalBytes = long.MaxValue });
            using var parameters = ParameterSet.Allocate(reader.Layout);
            reader.ReadInto(parameters, new DecodeOptions { RequireFinite = false }, cancellationToken);
            ParameterCodecs.Get(WeightsFormat).Write(parameters, upload.Stream, cancellationToken);
        }

        await upload.CommitAsync(RepositoryKind.TrainingResult, key, fileName, training, cancellationToken);
    }

    private static async Task CopyAsync(ByteSource source, Stream destination, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 20];
        for (long offset = 0; offset < source.Length;)
        {
            var read = source.Read(offset, buffer);
            if (read == 0)
            {
                throw new IOException($"The model's bytes end at {offset} of {source.Length}.");
            }

            await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            offset += read;
        }
    }

    /// <summary>Texts, all of them: the known readers expect no numbers here.</summary>
    private async Task<JsonObject> DescribeAsync(SessionRecord session, RunRecord run, ModelRecord model, CancellationToken cancellationToken)
    {
        var config = session.Config;
        var trail = new PageRequest { Limit = 1, Filters = new Dictionary<string, string> { ["session_id"] = session.Id.Value } };
        var results = new JsonObject
        {
            ["rounds"] = Number((await models.ListAsync(trail, cancellationToken)).Total),
            ["strategy"] = config.Aggregator,
            ["min_fit_clients"] = Number(config.ClientsRequired),
            ["min_available_clients"] = Number(config.ClientsRequired),
            ["min_evaluate_clients"] = Number(config.Validate ? config.ClientsRequired : 0),
            ["session_id"] = session.Id.Value,
            ["run_id"] = run.Id,
            ["model_id"] = model.Id.Value,
        };
        Merge(results, await MeasureAsync(model.Id.Value, cancellationToken));
        return results;
    }

    /// <summary>The means of what the model's validations say, as text by name.</summary>
    private async Task<IReadOnlyDictionary<string, double>> MeasureAsync(string model, CancellationToken cancellationToken)
    {
        var request = new PageRequest { Filters = new Dictionary<string, string> { ["model_id"] = model } };
        return ValidationFigures.Average((await reports.ListValidationsAsync(request, cancellationToken)).Rows);
    }

    private async Task RefreshAsync(string model, CancellationToken cancellationToken)
    {
        if (!_awaited.TryGetValue(model, out var key))
        {
            return;
        }

        var figures = await MeasureAsync(model, cancellationToken);
        await repository.ChangeAsync(
            RepositoryKind.TrainingResult,
            key,
            text =>
            {
                if (JsonNode.Parse(text) is JsonObject document && document["results"] is JsonObject results)
                {
                    Merge(results, figures);
                    return document.ToJsonString();
                }

                return text;
            },
            cancellationToken);
    }

    private static void Merge(JsonObject results, IReadOnlyDictionary<string, double> figures)
    {
        foreach (var (name, value) in figures.Where(f => !Reserved.Contains(f.Key)))
        {
            results[name] = value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
        }
    }

    /// <summary>The number of a session's first round names its configuration.</summary>
    private async Task<long> FindFirstRoundAsync(SessionRecord session, long otherwise, CancellationToken cancellationToken)
    {
        var request = new PageRequest { Limit = 1, Ascending = true, Filters = new Dictionary<string, string> { ["session_id"] = session.Id.Value } };
        return (await rounds.ListAsync(request, cancellationToken)).Rows is [var round, ..] ? round.Number : otherwise;
    }

    private async Task<RepositoryKey?> FindKeyAsync(RunRecord run, CancellationToken cancellationToken)
    {
        if (await sessions.FindAsync(run.Session, cancellationToken) is not { } session
            || !RepositoryModelName.TryParse(session.Config.ModelId, out var name))
        {
            return null;
        }

        var results = await repository.ListAsync(RepositoryKind.TrainingResult, name.Key, cancellationToken);
        return results.FirstOrDefault(entry => RunOf(entry) == run.Id)?.Key;
    }

    private static string? RunOf(RepositoryEntry entry)
    {
        using var document = Updates.PythonJson.TryParse(entry.Document);
        return document is not null && document.RootElement.TryGetProperty(LineageField, out var lineage)
            && lineage.ValueKind == System.Text.Json.JsonValueKind.Object && lineage.TryGetProperty("run", out var run) && run.ValueKind == System.Text.Json.JsonValueKind.String
            ? run.GetString()
            : null;
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    [LoggerMessage(Level = LogLevel.Error, Message = "The outcome of session {Session} cannot be left with {Model}")]
    private partial void LogNotRecorded(Exception error, SessionId session, RepositoryModelName model);

    [LoggerMessage(Level = LogLevel.Error, Message = "The runs that ended lately cannot be looked up; trying again")]
    private partial void LogRecentUnknown(Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "The figures of model {Model} could not be added to its training result")]
    private partial void LogNotRefreshed(Exception error, string model);
}
