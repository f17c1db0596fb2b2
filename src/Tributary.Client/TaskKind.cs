// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Client;

/// <summary>The kind of a task.</summary>
public enum TaskKind
{
    /// <summary>The training of a model.</summary>
    Training,

    /// <summary>The validation of a model.</summary>
    Validation,
}
