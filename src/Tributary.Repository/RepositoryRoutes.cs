// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Tributary.Core.Identity;
using Tributary.Core.Repository;
using Tributary.Hosting.Forms;
using Tributary.Protocol.PythonJson;
using Tributary.Repository.Documents;
using Tributary.Repository.Files;
using Tributary.Repository.Pages;
using Tributary.Repository.Rest;
using Tributary.Repository.Strategies;
using Tributary.Repository.V2;

namespace Tributary.Repository;

/// <summary>The operations of the interface, in the order in which their paths are tried.</summary>
internal sealed class RepositoryRoutes
{
    private const string ModelMissing = CollectionTraits.ModelMissing;

    /// <summary>The chunk size in bytes that the original reports in file records; files are not stored in chunks here.</summary>
    private const string ChunkSize = "261120";

    private readonly IRepositoryStore _store;
    private readonly FileAccessPolicy _policy;
    private readonly Collection _models;
    private readonly Collection _results;
    private readonly Collection _strategies;
    private readonly Collection _transformations;
    private readonly Collection _collectors;

    public RepositoryRoutes(
        IRepositoryStore store, FileUpload upload, FileAccessPolicy policy, V2Routes version2, PickledWeights weights,
        IOptions<RepositoryOptions> options)
    {
        (_store, _policy) = (store, policy);
        _models = Make(CollectionTraits.Models);
        _results = Make(options.Value.Results.Coerce == ResultCoercion.Preserve
            ? CollectionTraits.Results with { Schema = Schemas.TrainingResultsAsGiven }
            : CollectionTraits.Results);
        _strategies = Make(CollectionTraits.Strategies);
        _transformations = Make(CollectionTraits.Transformations);
        _collectors = Make(CollectionTraits.Collectors);
        IReadOnlyList<Route> operations =
        [
            .. In(RepositoryCollections.Models, ModelRoutes()),
            .. In(RepositoryCollections.Results, ResultRoutes(upload, weights)),
            .. In(RepositoryCollections.Strategies, StrategyRoutes()),
            .. In(RepositoryCollections.Transformations, TransformationRoutes()),
        ];
        All = [.. InterfacePages.Routes(operations, version2.All), .. operations, .. version2.All];

        Collection Make(CollectionTraits traits) => new(traits, store, upload, policy, options);

        static IEnumerable<Route> In(string collection, IEnumerable<Route> routes) =>
            routes.Select(route => route.Collection is null ? route with { Collection = collection } : route);
    }

    public IReadOnlyList<Route> All { get; }

    private IEnumerable<Route> ModelRoutes() =>
    [
        new("POST", "/model", "create_model", "Add a model's metadata", _models.AddAsync) { Body = Schemas.Model },
        new("PUT", "/model/{model_name}/{model_version}", "update_model", "Store a model's file", c => _models.PutFileAsync(
            c, RepositoryKey.Of(c.Values[0], c.Values[1]), $"model/{c.Values[0]}/{c.Values[1]}", null, ModelMissing)) { TakesFile = true },
        new("PUT", "/model/meta/{model_name}/{model_version}", "update_model_meta", "Replace a model's description", c => _models.ChangeAsync(
            c, Schemas.ModelData, (document, given) => document.Entries["meta"] = given)) { Body = Schemas.ModelData },
        new("GET", "/model", "get_models", "List models", ListModelsAsync) { Query = ["trained"], Returns = OpenApi.ListOf(Schemas.Model) },
        new("GET", "/model/meta", "get_model_meta", "Get a model's metadata", GetModelAsync) { Query = ["model_name", "model_version"], Returns = Schemas.Model.Describe() },
        new("GET", "/models/available", "get_available_models", "List files", ListFilesAsync) { Returns = OpenApi.ListOf(Schemas.FileRecord), Collection = RepositoryCollections.Files },
        new("GET", "/models/download/shell/{filename}", "download_shell", "Find the newest file of a name", FindFileAsync) { Returns = OpenApi.ListOf(Schemas.FileRecord), ReturnsFile = true, Collection = RepositoryCollections.Files },
        new("GET", "/models/download/shell/{model_name}/{model_version}/{configuration_id}", "download_shell_weights", "Find the newest weights", FindFileAsync) { Returns = OpenApi.ListOf(Schemas.FileRecord), ReturnsFile = true, Collection = RepositoryCollections.Files },
        new("GET", "/model/{model_name}/{model_version}", "get_model", "Get a model's file", c => _models.GetFileAsync(
            c, ModelMissing, (_, content) => FileDownload.Raw(content, isTyped: false))) { ReturnsFile = true },
        new("DELETE", "/model/{model_name}/{model_version}", "delete_model", "Remove a model and its file", _models.RemoveAsync),
    ];

    private IEnumerable<Route> ResultRoutes(FileUpload upload, PickledWeights weights) =>
    [
        new("POST", "/training-results", "create_training_results", "Add what a training led to; as a form, with its weights", c => MultipartForm.IsForm(c.Request)
            ? upload.ReceiveWithAsync(c, _results.Traits, NameWeights)
            : _results.AddAsync(c)) { Body = Schemas.TrainingResults, TakesFile = true },
        new("GET", "/training-results", "get_training_results", "List what trainings led to", _results.ListAsync) { Returns = OpenApi.ListOf(Schemas.TrainingResults) },
        new("GET", "/training-results/{model_name}/{model_version}", "get_model_training_results", "List what trainings of a model led to", _results.ListOfModelAsync) { Returns = OpenApi.ListOf(Schemas.TrainingResults) },
        new("DELETE", "/training-results/{model_name}/{model_version}/{training_id}", "delete_training_results", "Remove what a training led to, and its weights", _results.RemoveAsync),
        new("PUT", "/training-results/{model_name}/{model_version}/{training_id}/{configuration_id}", "update_training_results", "Store the weights of a training", c => _results.PutFileAsync(
            c, RepositoryKey.Of(c.Values[0], c.Values[1], c.Values[2]), $"weights/{c.Values[0]}/{c.Values[1]}/{c.Values[3]}", c.Values[2], ModelMissing)) { TakesFile = true },
        new("GET", "/training-results/weights/{model_name}/{model_version}/{training_id}", "get_training_results_weights", "Get the weights of a training as base64 text, or as they are", c => _results.GetFileAsync(
            c,
            _results.Traits.Missing,
            (entry, content) => FileDownload.IsBinaryWanted(c.Request) ? FileDownload.Raw(content, isTyped: true)
                : PickledWeights.AreIn(entry) ? FileDownload.AsText(content, weights)
                : FileDownload.AsText(content))) { ReturnsFile = true },
    ];

    private IEnumerable<Route> StrategyRoutes() =>
    [
        new("POST", "/strategy", "create_strategy", "Add a strategy's metadata", _strategies.AddAsync) { Body = Schemas.Strategy },
        new("PUT", "/strategy/{name}", "update_strategy", "Store a strategy's file", c => _strategies.PutFileAsync(
            c, RepositoryKey.Of(c.Values[0]), $"strategy/{c.Values[0]}", null, _strategies.Traits.Missing)) { TakesFile = true },
        new("PUT", "/strategy/meta/{name}", "update_strategy_meta", "Replace a strategy's description", c => _strategies.ChangeAsync(
            c, Schemas.StrategyData, (document, given) => document.Entries["meta"] = given.Entries["meta"])) { Body = Schemas.StrategyData },
        new("GET", "/strategy", "get_strategies", "List strategies", _strategies.ListAsync) { Returns = OpenApi.ListOf(Schemas.Strategy) },
        new("GET", "/strategy/{name}", "get_strategy", "Get a strategy's file", GetStrategyAsync) { ReturnsFile = true },
        new("DELETE", "/strategy/{name}", "delete_strategy", "Remove a strategy and its file", _strategies.RemoveAsync),
        new("POST", "/collector", "create_collector", "Add a collector", _collectors.AddAsync) { Body = Schemas.Collector, Collection = RepositoryCollections.Collectors },
    ];

    private IEnumerable<Route> TransformationRoutes() =>
    [
        new("POST", "/transformation", "create_transformation", "Add a transformation's metadata", _transformations.AddAsync) { Body = Schemas.Transformation },
        new("PUT", "/transformation/{id}", "update_transformation", "Store a transformation's file", c => _transformations.PutFileAsync(
            c, RepositoryKey.Of(c.Values[0]), $"transformation/{c.Values[0]}", null, _transformations.Traits.Missing)) { TakesFile = true },
        new("PUT", "/transformation/meta/{id}", "update_transformation_meta", "Replace a transformation's metadata", c => _transformations.ChangeAsync(
            c, Schemas.Transformation, Replace, given => RequireId(given, c.Values[0]))) { Body = Schemas.Transformation },
        new("GET", "/transformation", "get_transformations", "List transformations", _transformations.ListAsync) { Returns = OpenApi.ListOf(Schemas.Transformation) },
        new("GET", "/transformation/{id}", "get_transformation", "Get a transformation's file", c => _transformations.GetFileAsync(
            c, _transformations.Traits.Missing, (_, content) => FileDownload.Raw(content, isTyped: false))) { ReturnsFile = true },
        new("DELETE", "/transformation/{id}", "delete_transformation", "Remove a transformation and its file", _transformations.RemoveAsync),
    ];

    private static (string Name, string? TrainingId) NameWeights(PythonJsonValue.Object document)
    {
        var (name, version, configuration) = (Part("model_name"), Part("model_version"), Part("configuration_id"));
        return ($"weights/{name}/{version}/{configuration}", SchemaType.ToPythonString(document.Entries["training_id"]));

        string? Part(string field) => SchemaType.ToPythonString(document.Entries[field]);
    }

    /// <summary>Replaces all fields of a document except the file.</summary>
    private void Replace(PythonJsonValue.Object document, PythonJsonValue.Object given)
    {
        foreach (var (name, value) in given.Entries)
        {
            if (name != _transformations.Traits.FileField)
            {
                document.Entries[name] = value;
            }
        }
    }

    private static Response? RequireId(PythonJsonValue.Object given, string id) =>
        SchemaType.ToPythonString(given.Entries["id"]) == id ? null
            : ErrorResponses.ValidationErrors(ValidationError.Wrong(ErrorLocation.Body.At("id"), "the id of the body differs from that of the path"));

    private async Task<IResult> ListModelsAsync(RepositoryCall call)
    {
        if (QueryValues.Find(call.Request, "trained") is not { } text)
        {
            return await _models.ListAsync(call);
        }

        return SchemaType.ToBoolean(new PythonJsonValue.String(text)) switch
        {
            true => await _models.ListAsync(page => _store.ListTrainedModelsAsync(page, call.Aborted)),
            false => await _models.ListAsync(call),
            null => ErrorResponses.ValidationErrors(ValidationError.NotBoolean(ErrorLocation.Query.At("trained"))),
        };
    }

    private async Task<IResult> GetModelAsync(RepositoryCall call)
    {
        string[] names = ["model_name", "model_version"];
        var values = names.Select(n => QueryValues.Find(call.Request, n)).ToArray();
        if (values.Contains(null))
        {
            return ErrorResponses.ValidationErrors([.. names.Where((_, i) => values[i] is null).Select(n => ValidationError.Missing(ErrorLocation.Query.At(n)))]);
        }

        return await _store.FindAsync(RepositoryKind.Model, RepositoryKey.Of(values), call.Aborted) is { } entry
            ? Response.Json(_models.ToDocument(entry))
            : ErrorResponses.NotFound("model meta not found");
    }

    private Task<IResult> ListFilesAsync(RepositoryCall call) => Task.FromResult<IResult>(ListResponse.Of(
        page => _store.ListFilesAsync(page, call.Aborted), file => call.May(AccessLevel.Read, file) ? ToDocument(file) : null));

    /// <summary>Sends the file of a posted strategy, or the generated file of a built-in one.</summary>
    private async Task<IResult> GetStrategyAsync(RepositoryCall call) =>
        BuiltInStrategies.Open(call.Values[0]) is { } builtIn
            && await _store.FindAsync(RepositoryKind.Strategy, RepositoryKey.Of(call.Values[0]), call.Aborted) is null
            ? FileDownload.Raw(builtIn, isTyped: true)
            : await _strategies.GetFileAsync(call, _strategies.Traits.Missing, (_, content) => FileDownload.Raw(content, isTyped: true));

    /// <summary>Answers with a list of the found record or of none, or with the file's bytes when the caller asks for bytes.</summary>
    private async Task<IResult> FindFileAsync(RepositoryCall call)
    {
        var name = string.Join('/', call.Values);
        var found = await _store.FindNewestFileSpelledAsync(name, call.Aborted)
            ?? await _store.FindNewestFileAsync($"weights/{name}", call.Aborted)
            ?? await _store.FindNewestFileAsync(name, call.Aborted);
        var file = found is not null && call.May(AccessLevel.Read, found) ? found : null;
        if (!FileDownload.IsBinaryWanted(call.Request))
        {
            return Response.Json(new PythonJsonValue.Array(file is null ? [] : [ToDocument(file)]));
        }

        if (file is null || await _store.OpenAsync(file.Id, call.Aborted) is not { } content)
        {
            return ErrorResponses.NotFound("file not found");
        }

        return await _policy.PassAsync(RepositoryCollections.KindOf(file), content, call.Context.Response, call.Aborted) ?? FileDownload.Raw(content, isTyped: true);
    }

    private static PythonJsonValue.Object ToDocument(RepositoryFile file)
    {
        var document = new PythonJsonValue.Object { Entries = { ["filename"] = new PythonJsonValue.String(file.Name) } };
        if (file.TrainingId is { } training)
        {
            document.Entries["training_id"] = new PythonJsonValue.String(training);
        }

        document.Entries["chunkSize"] = new PythonJsonValue.Integer(ChunkSize);
        document.Entries["length"] = new PythonJsonValue.Integer(file.Length.ToString(CultureInfo.InvariantCulture));
        var format = file.UploadedAt.Millisecond == 0 ? "yyyy-MM-ddTHH:mm:ss" : "yyyy-MM-ddTHH:mm:ss.fff000";
        document.Entries["uploadDate"] = new PythonJsonValue.String(file.UploadedAt.UtcDateTime.ToString(format, CultureInfo.InvariantCulture));
        return document;
    }
}
