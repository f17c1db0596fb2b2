// SPDX-License-Identifier: Apache-2.0

using Tributary.Repository.Catalog;

namespace Tributary.Repository.Documents;

/// <summary>The documents of the repository.</summary>
internal static class Schemas
{
    public static DocumentSchema ModelData { get; } = new(
        "MLModelData",
        new Field("library", FieldType.Text),
        new Field("description", FieldType.Text));

    public static DocumentSchema Model { get; } = new(
        "MLModel",
        new Field("model_name", FieldType.ShortText),
        new Field("model_version", FieldType.ShortText),
        new Field("model_id", FieldType.ShortText),
        new Field("meta", ModelData));

    public static DocumentSchema StrategyData { get; } = new(
        "MLStrategyData",
        new Field("meta", FieldType.MapOf(FieldType.Text)));

    public static DocumentSchema Strategy { get; } = new(
        "MLStrategy",
        new Field("meta", FieldType.MapOf(FieldType.Text)),
        new Field("strategy_name", FieldType.ShortText),
        new Field("strategy_description", FieldType.Text),
        new Field("strategy_id", FieldType.ShortText));

    public static DocumentSchema TrainingResults { get; } = TrainingResultsWith(FieldType.Measure);

    /// <summary>Training results whose numbers stay numbers.</summary>
    public static DocumentSchema TrainingResultsAsGiven { get; } = TrainingResultsWith(FieldType.MeasureAsGiven);

    public static DocumentSchema MachineCapabilities { get; } = new(
        "MachineCapabilities",
        new Field("storage", FieldType.Real),
        new Field("RAM", FieldType.Real),
        new Field("GPU", FieldType.Flag) { Default = new LooseValue.Flag(false) },
        new Field("preinstalled_libraries", FieldType.MapOf(FieldType.Text)),
        new Field("available_models", FieldType.MapOf(FieldType.Text)));

    public static DocumentSchema Transformation { get; } = new(
        "FLDataTransformation",
        new Field("id", FieldType.ShortText) { IsRequired = true },
        new Field("description", FieldType.Text),
        new Field("parameter_types", FieldType.MapOf(FieldType.Text)),
        new Field("default_values", FieldType.MapOf(FieldType.Any)),
        new Field("outputs", FieldType.ListOf(FieldType.Text)),
        new Field("needs", MachineCapabilities) { IsRequired = true },
        new Field("storage_id", FieldType.ShortText));

    public static DocumentSchema Collector { get; } = new(
        "MLCollector",
        new Field("meta", FieldType.MapOf(FieldType.Text)),
        new Field("name", FieldType.ShortText),
        new Field("version", FieldType.Whole),
        new Field("collector_id", FieldType.ShortText));

    /// <summary>What the lists of files hold.</summary>
    public static DocumentSchema FileRecord { get; } = new(
        "FileRecord",
        new Field("filename", FieldType.Text),
        new Field("training_id", FieldType.ShortText),
        new Field("chunkSize", FieldType.Whole),
        new Field("length", FieldType.Whole),
        new Field("uploadDate", FieldType.Text));

    public static DocumentSchema ValidationError { get; } = new(
        "ValidationError",
        new Field("loc", FieldType.ListOf(FieldType.Any)) { IsRequired = true },
        new Field("msg", FieldType.Text) { IsRequired = true },
        new Field("type", FieldType.Text) { IsRequired = true });

    public static DocumentSchema HttpValidationError { get; } = new(
        "HTTPValidationError",
        new Field("detail", FieldType.ListOf(ValidationError)));

    private static DocumentSchema TrainingResultsWith(FieldType measure) => new(
        "MLTrainingResults",
        new Field("model_name", FieldType.ShortText),
        new Field("model_version", FieldType.ShortText),
        new Field("training_id", FieldType.ShortText),
        new Field("results", FieldType.MapOf(measure)),
        new Field("weights_id", FieldType.ShortText),
        new Field("configuration_id", FieldType.ShortText));

    public static IReadOnlyList<DocumentSchema> All { get; } =
    [
        ModelData, Model, StrategyData, Strategy, TrainingResults, MachineCapabilities, Transformation, Collector, FileRecord, ValidationError,
        HttpValidationError, CatalogSchemas.Tags, CatalogSchemas.Stage,
    ];
}
