// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Client.Rest;

internal sealed class AssignmentRequest
{
    public required string Name { get; init; }

    public string? ClientId { get; init; }

    public string? PreferredCombiner { get; init; }

    public required string Package { get; init; }
}

internal sealed class CreateSessionRequest
{
    public string? Name { get; init; }

    public required SessionConfigRequest SessionConfig { get; init; }
}

internal sealed class SessionConfigRequest
{
    public required string Aggregator { get; init; }

    public required double RoundTimeout { get; init; }

    public required int BufferSize { get; init; }

    public required int Rounds { get; init; }

    public required bool DeleteModelsStorage { get; init; }

    public required int ClientsRequired { get; init; }

    public required int RequestedClients { get; init; }

    public required bool Validate { get; init; }

    public required string HelperType { get; init; }

    public required string ModelId { get; init; }
}

internal sealed class StartSessionRequest
{
    public required string SessionId { get; init; }

    public int? Rounds { get; init; }
}

internal sealed class SetStatusRequest
{
    public required string Status { get; init; }
}

internal sealed class AddModelRequest
{
    public required string ModelName { get; init; }

    public required string ModelVersion { get; init; }

    public required AddModelMetaRequest Meta { get; init; }
}

internal sealed class AddModelMetaRequest
{
    public string? Library { get; init; }

    public string? Description { get; init; }
}
