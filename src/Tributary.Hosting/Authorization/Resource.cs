// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Hosting.Authorization;

/// <summary>The resources of the server, besides the collections of the repository.</summary>
public enum Resource
{
    /// <summary>The registered clients.</summary>
    Clients,

    /// <summary>The registered combiners.</summary>
    Combiners,

    /// <summary>The models.</summary>
    Models,

    /// <summary>The helpers, which are formats of models.</summary>
    Helpers,

    /// <summary>The sessions and their runs.</summary>
    Sessions,

    /// <summary>The rounds.</summary>
    Rounds,

    /// <summary>The reports of clients: statuses, validations, metrics, attributes and telemetry.</summary>
    Reports,

    /// <summary>The tasks of clients.</summary>
    Tasks,

    /// <summary>The updates of clients.</summary>
    Updates,

    /// <summary>The state of the controller.</summary>
    Controller,

    /// <summary>The measurements of the server.</summary>
    Metrics,
}
