// SPDX-License-Identifier: Apache-2.0

using System.Runtime.CompilerServices;
using Tributary.Client.Rest;
using Tributary.Protocol.Rest;

namespace Tributary.Client;

/// <summary>The sessions of a controller and their rounds. Failures throw <see cref="ControllerException"/>.</summary>
public sealed class SessionsClient
{
    private static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(100);

    private readonly ControllerConnection _connection;
    private readonly TimeProvider _time;

    internal SessionsClient(ControllerConnection connection, TimeProvider time) => (_connection, _time) = (connection, time);

    /// <summary>Creates a session, which does nothing until it is started.</summary>
    /// <param name="settings">The settings of the session.</param>
    /// <param name="cancellationToken">Cancels the request; the session may exist by then.</param>
    public async Task<SessionSummary> CreateAsync(SessionSettings settings, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var request = new CreateSessionRequest
        {
            Name = settings.Name,
            SessionConfig = new()
            {
                Aggregator = settings.Aggregator,
                AggregatorKwargs = settings.AggregatorParameters,
                RoundTimeout = settings.RoundTimeout.TotalSeconds,
                BufferSize = settings.BufferSize,
                Rounds = settings.Rounds,
                DeleteModelsStorage = settings.DeleteUpdates,
                ClientsRequired = settings.ClientsRequired,
                MaxClients = settings.MaxClients,
                OverSelection = settings.OverSelection > 0 ? settings.OverSelection : null,
                Validate = settings.Validate,
                HelperType = settings.HelperType,
                ModelId = settings.ModelId,
            },
        };
        var (_, session) = await _connection.SendJsonAsync(
            HttpMethod.Post,
            "sessions/",
            request,
            RestRequestJson.Default.CreateSessionRequest,
            RestResponseJson.Default.SessionSummary,
            cancellationToken).ConfigureAwait(false);
        return session;
    }

    /// <summary>Starts a session, or continues one that has ended.</summary>
    /// <param name="sessionId">The id of the session.</param>
    /// <param name="rounds">The number of rounds; null for the number that the session was created with.</param>
    /// <param name="cancellationToken">Cancels the request; the session may have started by then.</param>
    /// <exception cref="ControllerException">The session or as many as may run do so already, or fewer participants are present than the session requires.</exception>
    public Task StartAsync(string sessionId, int? rounds = null, CancellationToken cancellationToken = default) =>
        _connection.SendJsonAsync(
            HttpMethod.Post,
            "sessions/start",
            new StartSessionRequest { SessionId = sessionId, Rounds = rounds },
            RestRequestJson.Default.StartSessionRequest,
            RestResponseJson.Default.MessageResponse,
            cancellationToken);

    /// <summary>Terminates a session and its current round.</summary>
    /// <param name="sessionId">The id of the session.</param>
    /// <param name="cancellationToken">Cancels the request; the session may be terminated by then.</param>
    public Task TerminateAsync(string sessionId, CancellationToken cancellationToken = default) =>
        _connection.SendJsonAsync(
            HttpMethod.Patch,
            RestPaths.One("sessions", sessionId),
            new SetSessionStatusRequest { Status = SessionSummary.Terminated },
            RestRequestJson.Default.SetSessionStatusRequest,
            RestResponseJson.Default.MessageResponse,
            cancellationToken);

    /// <summary>Returns the current state of a session.</summary>
    /// <param name="sessionId">The id of the session.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public Task<SessionSummary> GetAsync(string sessionId, CancellationToken cancellationToken = default) =>
        _connection.GetAsync(RestPaths.One("sessions", sessionId), RestResponseJson.Default.SessionSummary, default, cancellationToken);

    /// <summary>Lists sessions.</summary>
    /// <param name="range">The part of the list to return.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public Task<ListResponse<SessionSummary>> ListAsync(ListRange range = default, CancellationToken cancellationToken = default) =>
        _connection.GetAsync(RestPaths.List("sessions"), RestResponseJson.Default.ListResponseSessionSummary, range, cancellationToken);

    /// <summary>Lists rounds.</summary>
    /// <param name="sessionId">The id of the session whose rounds are listed; null for all sessions.</param>
    /// <param name="range">The part of the list to return.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public async Task<ListResponse<RoundSummary>> ListRoundsAsync(
        string? sessionId = null, ListRange range = default, CancellationToken cancellationToken = default)
    {
        var answer = await _connection
            .GetAsync(RestPaths.List("rounds", ("session_id", sessionId)), RestResponseJson.Default.ListResponseRoundResponse, range, cancellationToken)
            .ConfigureAwait(false);
        return new() { Count = answer.Count, Items = [.. answer.Items.Select(RoundSummary.Of)] };
    }

    /// <summary>Returns how far the newest run of a session is: the number of its current round, and the number of its rounds.</summary>
    /// <param name="sessionId">The id of the session.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <returns>The two numbers; null for a session that was never started.</returns>
    public async Task<(int Round, int Rounds)?> FindProgressAsync(string sessionId, CancellationToken cancellationToken = default)
    {
        var newest = new ListRange(Limit: 1);
        var runs = await _connection
            .GetAsync(RestPaths.List("runs", ("session_id", sessionId)), RestResponseJson.Default.ListResponseRunSummary, newest, cancellationToken)
            .ConfigureAwait(false);
        if (runs.Items is not [var run, ..])
        {
            return null;
        }

        var rounds = await _connection
            .GetAsync(RestPaths.List("rounds", ("run_id", run.RunId)), RestResponseJson.Default.ListResponseRoundResponse, newest, cancellationToken)
            .ConfigureAwait(false);
        return ((int)rounds.Count, run.Rounds);
    }

    /// <summary>Waits until a session has ended.</summary>
    /// <param name="sessionId">The id of the session.</param>
    /// <param name="cancellationToken">Ends the wait, not the session.</param>
    /// <returns>The session, finished or terminated.</returns>
    public async Task<SessionSummary> WaitUntilEndedAsync(string sessionId, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var session = await GetAsync(sessionId, cancellationToken).ConfigureAwait(false);
            if (session.HasEnded)
            {
                return session;
            }

            await Task.Delay(LookPeriod, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Returns the rounds of a session as they end, from the first, until the session has ended.</summary>
    /// <param name="sessionId">The id of the session.</param>
    /// <param name="cancellationToken">Ends the wait, not the session.</param>
    public async IAsyncEnumerable<RoundSummary> FollowRoundsAsync(string sessionId, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var seen = 0;
        while (true)
        {
            // Read before the rounds: once the session has ended, its rounds are complete.
            var session = await GetAsync(sessionId, cancellationToken).ConfigureAwait(false);
            var rounds = await ListRoundsAsync(sessionId, new ListRange(seen, OldestFirst: true), cancellationToken).ConfigureAwait(false);
            foreach (var round in rounds.Items.TakeWhile(r => r.HasEnded))
            {
                seen++;
                yield return round;
            }

            if (session.HasEnded)
            {
                yield break;
            }

            await Task.Delay(LookPeriod, _time, cancellationToken).ConfigureAwait(false);
        }
    }
}
