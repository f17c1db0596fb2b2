// SPDX-License-Identifier: Apache-2.0

using Tributary.Protocol.PythonJson;

namespace Tributary.Repository.Documents;

/// <summary>The schemas of the repository's documents.</summary>
internal static class Schemas
{
    public static DocumentSchema ModelData { get; } = new(
        "MLModelData",
        new Field("library", SchemaType.String),
        new Field("description", SchemaType.String));

    public static DocumentSchema Model { get; } = new(
        "MLModel",
        new Field("model_name", SchemaType.KeyString),
        new Field("model_version", SchemaType.KeyString),
        new Field("model_id", SchemaType.ShortString),
        new Field("meta", ModelData));

    public static DocumentSchema StrategyData { get; } = new(
        "MLStrategyData",
        new Field("meta", SchemaType.ObjectOf(SchemaType.String)));

    public static DocumentSchema Strategy { get; } = new(
        "MLStrategy",
        new Field("meta", SchemaType.ObjectOf(SchemaType.String)),
        new Field("strategy_name", SchemaType.KeyString),
        new Field("strategy_description", SchemaType.String),
        new Field("strategy_id", SchemaType.ShortString));

    public static DocumentSchema TrainingResults { get; } = TrainingResultsWith(SchemaType.StringOrNumber);

    /// <summary>Training results whose numbers are kept as numbers.</summary>
    public static DocumentSchema TrainingResultsAsGiven { get; } = TrainingResultsWith(SchemaType.StringOrNumberAsGiven);

    public static DocumentSchema MachineCapabilities { get; } = new(
        "MachineCapabilities",
        new Field("storage", SchemaType.Number),
        new Field("RAM", SchemaType.Number),
        new Field("GPU", SchemaType.Boolean) { Default = new PythonJsonValue.Boolean(false) },
        new Field("preinstalled_libraries", SchemaType.ObjectOf(SchemaType.String)),
        new Field("available_models", SchemaType.ObjectOf(SchemaType.String)));

    public static DocumentSchema Transformation { get; } = new(
        "FLDataTransformation",
        new Field("id", SchemaType.KeyString) { IsRequired = true },
        new Field("description", SchemaType.String),
        new Field("parameter_types", SchemaType.ObjectOf(SchemaType.String)),
        new Field("default_values", SchemaType.ObjectOf(SchemaType.Any)),
        new Field("outputs", SchemaType.ArrayOf(SchemaType.String)),
        new Field("needs", MachineCapabilities) { IsRequired = true },
        new Field("storage_id", SchemaType.ShortString));

    public static DocumentSchema Collector { get; } = new(
        "MLCollector",
        new Field("meta", SchemaType.ObjectOf(SchemaType.String)),
        new Field("name", SchemaType.ShortString),
        new Field("version", SchemaType.Integer),
        new Field("collector_id", SchemaType.ShortString));

    public static DocumentSchema FileRecord { get; } = new(
        "FileRecord",
        new Field("filename", SchemaType.String),
        new Field("training_id", SchemaType.ShortString),
        new Field("chunkSize", SchemaType.Integer),
        new Field("length", SchemaType.Integer),
        new Field("uploadDate", SchemaType.String));

    public static DocumentSchema ValidationError { get; } = new(
        "ValidationError",
        new Field("loc", SchemaType.ArrayOf(SchemaType.Any)) { IsRequired = true },
        new Field("msg", SchemaType.String) { IsRequired = true },
        new Field("type", SchemaType.String) { IsRequired = true });

    public static DocumentSchema HttpValidationError { get; } = new(
        "HTTPValidationError",
        new Field("detail", SchemaType.ArrayOf(ValidationError)));

    public static DocumentSchema Tags { get; } = new("Tags", new Field("tags", SchemaType.ArrayOf(SchemaType.String)) { IsRequired = true });

    public static DocumentSchema Stage { get; } = new("Stage", new Field("stage", SchemaType.String));

    private static DocumentSchema TrainingResultsWith(SchemaType measure) => new(
        "MLTrainingResults",
        new Field("model_name", SchemaType.KeyString),
        new Field("model_version", SchemaType.KeyString),
        new Field("training_id", SchemaType.KeyString),
        new Field("results", SchemaType.ObjectOf(measure)),
        new Field("weights_id", SchemaType.ShortString),
        new Field("configuration_id", SchemaType.ShortString));

    public static IReadOnlyList<DocumentSchema> All { get; } =
    [
        ModelData, Model, StrategyData, Strategy, TrainingResults, MachineCapabilities, Transformation, Collector, FileRecord, ValidationError,
        HttpValidationError, Tags, Stage,
    ];
}
