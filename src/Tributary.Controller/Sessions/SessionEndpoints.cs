// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tributary.Controller.Rest;
using Tributary.Core;
using Tributary.Core.Sessions;
using Tributary.Hosting.Authorization;
using Tributary.Protocol.Rest;

namespace Tributary.Controller.Sessions;

/// <summary>The endpoints that create, start, end and list sessions.</summary>
internal static class SessionEndpoints
{
    public static void MapSessions(this RouteGroupBuilder api, ISessionStore sessions)
    {
        var group = api.MapResource(Resource.Sessions, "sessions", "session_id", ["status", "name", "session_id"], sessions.ListAsync, Documents.ToDocument);
        group.MapPost("/", CreateAsync).WithName("sessions.create").Requires(Resource.Sessions, AccessAction.Write);
        group.MapPost("/start", StartAsync).WithName("sessions.start").Requires(Resource.Sessions, AccessAction.Write);
        group.MapPatch("/{id}", ChangeAsync).WithName("sessions.change").Requires(Resource.Sessions, AccessAction.Write);
        api.MapResource(Resource.Sessions, "runs", "run_id", ["session_id", "run_id"], sessions.ListRunsAsync, Documents.ToDocument);
    }

    private static async Task<IResult> CreateAsync(HttpRequest request, SessionLifecycle lifecycle, IdSource ids, TimeProvider time, CancellationToken cancellationToken)
    {
        var (document, error) = await RequestBody.ReadObjectAsync(request, cancellationToken);
        if (error is not null)
        {
            return Responses.Invalid(error);
        }

        using var body = document!;
        var (config, problem) = SessionConfigReader.Read(body.RootElement);
        if (config is null)
        {
            return Responses.Invalid(problem!);
        }

        foreach (var name in (ReadOnlySpan<string>)["name", "session_id", "seed_model_id"])
        {
            if (body.RootElement.TryGetProperty(name, out var given) && given.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
            {
                return Responses.Invalid($"{name} is {given.GetRawText()}; expected a text");
            }
        }

        if (body.RootElement.FindNameFaultIn("name") is { } fault)
        {
            return Responses.Invalid(fault);
        }

        ModelId? seed = null;
        if (body.RootElement.Text("seed_model_id") is { Length: > 0 } text)
        {
            seed = ModelId.TryParse(text, out var parsed) ? parsed : null;
            if (seed is null)
            {
                return Responses.Invalid($"seed_model_id is '{text}'; expected {ModelId.Expected}");
            }
        }

        var prepared = await lifecycle.PrepareAsync(config, cancellationToken);
        if (prepared is PrepareSessionResult.Invalid invalid)
        {
            return Responses.Invalid($"{SessionConfigReader.ToWireName(invalid.Field)} {invalid.Reason}");
        }

        var ready = (PrepareSessionResult.Ready)prepared;
        var id = SessionId.Parse(ids.Next());
        if (body.RootElement.Text("session_id") is { Length: > 0 } wanted && !SessionId.TryParse(wanted, out id))
        {
            return Responses.Invalid($"session_id is '{wanted}'; expected {ModelId.Expected}");
        }

        var now = time.GetUtcNow();
        var session = new SessionRecord
        {
            Id = id,
            Name = body.RootElement.Text("name") is { Length: > 0 } label ? label : id.Value,
            Status = SessionStatus.Created,
            SeedModel = seed ?? ready.Seed,
            Config = ready.Config,
            CommittedAt = now,
            UpdatedAt = now,
        };
        return await lifecycle.CreateAsync(session, cancellationToken)
            ? Responses.Document(Documents.ToDocument(session), StatusCodes.Status201Created)
            : Responses.Invalid($"session_id '{id}' is taken");
    }

    private static async Task<IResult> StartAsync(
        HttpRequest request, SessionLifecycle lifecycle, ControllerMetrics metrics, CancellationToken cancellationToken)
    {
        var (document, error) = await RequestBody.ReadObjectAsync(request, cancellationToken);
        if (error is not null)
        {
            return Responses.Invalid(error);
        }

        using var body = document!;
        var root = body.RootElement;
        if (root.TryGetProperty("client_ids", out var clients) && clients.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
        {
            return Responses.Invalid("client_ids must be a comma separated string");
        }

        if (root.Text("session_id") is not { Length: > 0 } text)
        {
            return Responses.Invalid("Session ID is required");
        }

        if (root.FindNameFaultIn("model_name_prefix") is { } fault)
        {
            return Responses.Invalid(fault);
        }

        if (FreeText.HoldsNull(root.Text("client_ids")))
        {
            return Responses.Invalid($"client_ids {FreeText.NameFault}");
        }

        if (!root.TryNumber("rounds", out var rounds) || rounds is { } r && (r != Math.Floor(r) || Math.Abs(r) > int.MaxValue))
        {
            return Responses.Invalid($"rounds is {root.GetProperty("rounds").GetRawText()}; expected a whole number");
        }

        if (!root.TryNumber("round_timeout", out var timeout))
        {
            return Responses.Invalid($"round_timeout is {root.GetProperty("round_timeout").GetRawText()}; expected a number of seconds");
        }

        if (!SessionId.TryParse(text, out var id))
        {
            return Responses.Invalid("Session with specified ID does not exist");
        }

        var result = await lifecycle.StartAsync(
            new Core.Sessions.StartSessionRequest
            {
                Session = id,
                Rounds = (int?)rounds,
                RoundTimeout = timeout,
                ModelNamePrefix = root.Text("model_name_prefix") is { Length: > 0 } prefix ? prefix : null,
                Clients = (root.Text("client_ids") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            },
            cancellationToken);
        metrics.SessionStartAnswered(result);
        return result switch
        {
            StartSessionResult.Started => Responses.Message(StatusCodes.Status200OK, "Session started"),
            StartSessionResult.UnknownSession => Responses.Invalid("Session with specified ID does not exist"),
            StartSessionResult.Busy => Responses.Invalid("A session is already running!"),
            StartSessionResult.LimitReached limit => Responses.Message(
                StatusCodes.Status429TooManyRequests,
                FormattableString.Invariant($"{limit.MaxActive} sessions are running, which is the limit (Sessions:MaxActive)")),
            StartSessionResult.NoCombiner => Responses.Invalid("No combiner is available: the combiner role does not run in this process"),
            StartSessionResult.TooFewClients few => Responses.Invalid(
                FormattableString.Invariant($"Number of available clients is lower than the required minimum of {few.Required}")),
            StartSessionResult.UnknownModel => Responses.Invalid("Session seed model not found"),
            StartSessionResult.Invalid invalid => Responses.Invalid($"{SessionConfigReader.ToWireName(invalid.Field)} {invalid.Reason}"),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>Ends a session, the only change of status that callers can make: the server decides on all others.</summary>
    private static async Task<IResult> ChangeAsync(string id, HttpRequest request, SessionLifecycle lifecycle, CancellationToken cancellationToken)
    {
        var (body, error) = await RequestBody.ReadAsync(request, RestRequestJson.Default.SetSessionStatusRequest, cancellationToken);
        if (body is null)
        {
            return Responses.Invalid(error!);
        }

        if (!string.Equals(body.Status, SessionSummary.Terminated, StringComparison.OrdinalIgnoreCase))
        {
            return Responses.Invalid($"status is '{body.Status}'; expected Terminated");
        }

        return SessionId.TryParse(id, out var session) && await lifecycle.SetStatusAsync(session, SessionStatus.Terminated, cancellationToken)
            ? Responses.Message(StatusCodes.Status200OK, "Session updated")
            : Responses.NotFound(id);
    }
}
