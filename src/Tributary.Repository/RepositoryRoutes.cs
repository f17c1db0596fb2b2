// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Tributary.Core.Repository;
using Tributary.Repository.Documents;
using Tributary.Repository.Files;
using Tributary.Repository.Pages;
using Tributary.Repository.Rest;

namespace Tributary.Repository;

/// <summary>The interface: every operation, in the order in which paths are tried.</summary>
internal sealed class RepositoryRoutes
{
    private const string ModelMissing = CollectionTraits.ModelMissing;

    /// <summary>The piece size that the original's file records tell; nothing is stored in pieces here.</summary>
    private const string ChunkSize = "261120";

    private readonly IRepositoryStore _store;
    private readonly Collection _models;
    private readonly Collection _results;
    private readonly Collection _strategies;
    private readonly Collection _transformations;
    private readonly Collection _collectors;

    public RepositoryRoutes(IRepositoryStore store, FileUpload upload, IOptions<RepositoryOptions> options)
    {
        _store = store;
        _models = Make(CollectionTraits.Models);
        _results = Make(CollectionTraits.Results);
        _strategies = Make(CollectionTraits.Strategies);
        _transformations = Make(CollectionTraits.Transformations);
        _collectors = Make(CollectionTraits.Collectors);
        IReadOnlyList<Route> operations = [.. ModelRoutes(), .. ResultRoutes(), .. StrategyRoutes(), .. TransformationRoutes()];
        All = [.. InterfacePages.Routes(operations), .. operations];

        Collection Make(CollectionTraits traits) => new(traits, store, upload, options);
    }

    public IReadOnlyList<Route> All { get; }

    private IEnumerable<Route> ModelRoutes() =>
    [
        new("POST", "/model", "Add a model's metadata", _models.AddAsync) { Body = Schemas.Model },
        new("PUT", "/model/{name}/{version}", "Store a model's file", c => _models.PutFileAsync(
            c, RepositoryKey.Of(c.Values[0], c.Values[1]), $"model/{c.Values[0]}/{c.Values[1]}", null, ModelMissing)) { TakesFile = true },
        new("PUT", "/model/meta/{name}/{version}", "Replace a model's description", c => _models.ChangeAsync(
            c, Schemas.ModelData, (document, given) => document.Entries["meta"] = given)) { Body = Schemas.ModelData },
        new("GET", "/model", "List models", ListModelsAsync) { Query = ["trained"] },
        new("GET", "/model/meta", "Get a model's metadata", GetModelAsync) { Query = ["model_name", "model_version"] },
        new("GET", "/models/available", "List files", ListFilesAsync),
        new("GET", "/models/download/shell/{filename}", "Find the newest file of a name", c => FindFileAsync(
            c, async token => await _store.FindNewestFileSpelledAsync(c.Values[0], token))),
        new("GET", "/models/download/shell/{name}/{version}/{configuration}", "Find the newest weights", c => FindFileAsync(
            c,
            async token => await _store.FindNewestFileAsync($"weights/{string.Join('/', c.Values)}", token)
                ?? await _store.FindNewestFileAsync(string.Join('/', c.Values), token))),
        new("GET", "/model/{name}/{version}", "Get a model's file", c => _models.GetFileAsync(
            c, ModelMissing, content => FileDownload.Raw(content, isTyped: false))),
        new("DELETE", "/model/{name}/{version}", "Remove a model and its file", _models.RemoveAsync),
    ];

    private IEnumerable<Route> ResultRoutes() =>
    [
        new("POST", "/training-results", "Add what a training led to", _results.AddAsync) { Body = Schemas.TrainingResults },
        new("GET", "/training-results", "List what trainings led to", _results.ListAsync),
        new("GET", "/training-results/{name}/{version}", "List what trainings of a model led to", _results.ListOfModelAsync),
        new("DELETE", "/training-results/{name}/{version}/{training}", "Remove what a training led to, and its weights", _results.RemoveAsync),
        new("PUT", "/training-results/{name}/{version}/{training}/{configuration}", "Store the weights of a training", c => _results.PutFileAsync(
            c, RepositoryKey.Of(c.Values[0], c.Values[1], c.Values[2]), $"weights/{c.Values[0]}/{c.Values[1]}/{c.Values[3]}", c.Values[2], ModelMissing)) { TakesFile = true },
        new("GET", "/training-results/weights/{name}/{version}/{training}", "Get the weights of a training as base64 text, or as they are", c => _results.GetFileAsync(
            c,
            _results.Traits.Missing,
            content => FileDownload.IsBinaryWanted(c.Request) ? FileDownload.Raw(content, isTyped: true) : FileDownload.AsText(content))),
    ];

    private IEnumerable<Route> StrategyRoutes() =>
    [
        new("POST", "/strategy", "Add a strategy's metadata", _strategies.AddAsync) { Body = Schemas.Strategy },
        new("PUT", "/strategy/{name}", "Store a strategy's file", c => _strategies.PutFileAsync(
            c, RepositoryKey.Of(c.Values[0]), $"strategy/{c.Values[0]}", null, _strategies.Traits.Missing)) { TakesFile = true },
        new("PUT", "/strategy/meta/{name}", "Replace a strategy's description", c => _strategies.ChangeAsync(
            c, Schemas.StrategyData, (document, given) => document.Entries["meta"] = given.Entries["meta"])) { Body = Schemas.StrategyData },
        new("GET", "/strategy", "List strategies", _strategies.ListAsync),
        new("GET", "/strategy/{name}", "Get a strategy's file", c => _strategies.GetFileAsync(
            c, _strategies.Traits.Missing, content => FileDownload.Raw(content, isTyped: true))),
        new("DELETE", "/strategy/{name}", "Remove a strategy and its file", _strategies.RemoveAsync),
        new("POST", "/collector", "Add a collector", _collectors.AddAsync) { Body = Schemas.Collector },
    ];

    private IEnumerable<Route> TransformationRoutes() =>
    [
        new("POST", "/transformation", "Add a transformation's metadata", _transformations.AddAsync) { Body = Schemas.Transformation },
        new("PUT", "/transformation/{id}", "Store a transformation's file", c => _transformations.PutFileAsync(
            c, RepositoryKey.Of(c.Values[0]), $"transformation/{c.Values[0]}", null, _transformations.Traits.Missing)) { TakesFile = true },
        new("PUT", "/transformation/meta/{id}", "Replace a transformation's metadata", c => _transformations.ChangeAsync(
            c, Schemas.Transformation, Replace, given => RequireId(given, c.Values[0]))) { Body = Schemas.Transformation },
        new("GET", "/transformation", "List transformations", _transformations.ListAsync),
        new("GET", "/transformation/{id}", "Get a transformation's file", c => _transformations.GetFileAsync(
            c, _transformations.Traits.Missing, content => FileDownload.Raw(content, isTyped: false))),
        new("DELETE", "/transformation/{id}", "Remove a transformation and its file", _transformations.RemoveAsync),
    ];

    /// <summary>All but the file, which stays.</summary>
    private void Replace(LooseValue.Map document, LooseValue.Map given)
    {
        foreach (var (name, value) in given.Entries)
        {
            if (name != _transformations.Traits.FileField)
            {
                document.Entries[name] = value;
            }
        }
    }

    private static Answer? RequireId(LooseValue.Map given, string id) =>
        FieldType.ToText(given.Entries["id"]) == id ? null
            : ErrorAnswers.Problems(Problem.Wrong(Place.Body.At("id"), "the id of the body differs from that of the path"));

    private async Task<IResult> ListModelsAsync(Call call)
    {
        if (QueryValues.Find(call.Request, "trained") is not { } text)
        {
            return await _models.ListAsync(call);
        }

        return FieldType.ToFlag(new LooseValue.Text(text)) switch
        {
            true => _models.List(await _store.ListTrainedModelsAsync(call.Aborted)),
            false => await _models.ListAsync(call),
            null => ErrorAnswers.Problems(Problem.NoFlag(Place.Query.At("trained"))),
        };
    }

    private async Task<IResult> GetModelAsync(Call call)
    {
        string[] names = ["model_name", "model_version"];
        var values = names.Select(n => QueryValues.Find(call.Request, n)).ToArray();
        if (values.Contains(null))
        {
            return ErrorAnswers.Problems([.. names.Where((_, i) => values[i] is null).Select(n => Problem.Missing(Place.Query.At(n)))]);
        }

        return await _store.FindAsync(RepositoryKind.Model, RepositoryKey.Of(values), call.Aborted) is { } entry
            ? Answer.Json(_models.ToDocument(entry))
            : ErrorAnswers.NotFound("model meta not found");
    }

    private async Task<IResult> ListFilesAsync(Call call) =>
        Answer.Json(new LooseValue.List([.. (await _store.ListFilesAsync(call.Aborted)).Select(ToDocument)]));

    /// <summary>A list of one record or none; the bytes when the caller asks for bytes.</summary>
    private async Task<IResult> FindFileAsync(Call call, Func<CancellationToken, Task<RepositoryFile?>> find)
    {
        var file = await find(call.Aborted);
        if (FileDownload.IsBinaryWanted(call.Request))
        {
            return file is not null && await _store.OpenAsync(file.Id, call.Aborted) is { } content
                ? FileDownload.Raw(content, isTyped: true)
                : ErrorAnswers.NotFound("file not found");
        }

        return Answer.Json(new LooseValue.List(file is null ? [] : [ToDocument(file)]));
    }

    private static LooseValue.Map ToDocument(RepositoryFile file)
    {
        var document = new LooseValue.Map { Entries = { ["filename"] = new LooseValue.Text(file.Name) } };
        if (file.TrainingId is { } training)
        {
            document.Entries["training_id"] = new LooseValue.Text(training);
        }

        document.Entries["chunkSize"] = new LooseValue.Whole(ChunkSize);
        document.Entries["length"] = new LooseValue.Whole(file.Length.ToString(CultureInfo.InvariantCulture));
        var format = file.UploadedAt.Millisecond == 0 ? "yyyy-MM-ddTHH:mm:ss" : "yyyy-MM-ddTHH:mm:ss.fff000";
        document.Entries["uploadDate"] = new LooseValue.Text(file.UploadedAt.UtcDateTime.ToString(format, CultureInfo.InvariantCulture));
        return document;
    }
}
