// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Serialization;

namespace Tributary.Core.Repository;

/// <summary>What the repository keeps. Rows hold these numbers: the list may only grow.</summary>
public enum RepositoryKind
{
    /// <summary>A model that training can start from, or that came out of it.</summary>
    [JsonStringEnumMemberName("model")]
    Model = 0,

    /// <summary>What one training of a model led to.</summary>
    [JsonStringEnumMemberName("training_result")]
    TrainingResult = 1,

    /// <summary>A way to aggregate.</summary>
    [JsonStringEnumMemberName("strategy")]
    Strategy = 2,

    /// <summary>A transformation of the data before training.</summary>
    [JsonStringEnumMemberName("transformation")]
    Transformation = 3,

    /// <summary>A training collector.</summary>
    [JsonStringEnumMemberName("collector")]
    Collector = 4,
}
