// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Client;

/// <summary>The kind of a task.</summary>
public enum TaskKind
{
    /// <summary>Train from a model.</summary>
    Training,

    /// <summary>Measure a model.</summary>
    Validation,
}
