// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Core.Repository;

/// <summary>The kind of a document in the repository. Rows hold these numbers, so values may only be added.</summary>
public enum RepositoryKind
{
    /// <summary>A model that training can start from, or that training produced.</summary>
    [JsonStringEnumMemberName("model")]
    Model = 0,

    [JsonStringEnumMemberName("training_result")]
    TrainingResult = 1,

    [JsonStringEnumMemberName("strategy")]
    Strategy = 2,

    [JsonStringEnumMemberName("transformation")]
    Transformation = 3,

    [JsonStringEnumMemberName("collector")]
    Collector = 4,
}
