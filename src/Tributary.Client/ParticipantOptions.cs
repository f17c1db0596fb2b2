// SPDX-License-Identifier: Apache-2.0

using System.Security.Cryptography.X509Certificates;
using Tributary.Client.Rest;

namespace Tributary.Client;

/// <summary>The settings of a participant. Either <see cref="Controller"/> or <see cref="Combiner"/> is required, and not both.</summary>
public sealed class ParticipantOptions
{
    /// <summary>The address of the controller that assigns a combiner, for instance <c>http://127.0.0.1:8092</c>.</summary>
    public Uri? Controller { get; init; }

    /// <summary>The address of the combiner to use without asking a controller, for instance <c>http://127.0.0.1:12080</c>.</summary>
    public Uri? Combiner { get; init; }

    /// <summary>The display name of the participant; need not be unique.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The id by which the federation knows this participant. Default: null, a new one from the controller, or a random one without a
    /// controller. Of two participants with one id, the newer takes the tasks.
    /// </summary>
    public string? ClientId { get; init; }

    /// <summary>The name of the combiner that the controller should assign. Default: null, any.</summary>
    public string? PreferredCombiner { get; init; }

    /// <summary>The bearer token, sent to the controller and the combiner, over https or to a loopback address alone. Default: null.</summary>
    public string? Token { get; init; }

    /// <summary>True to send the token over plain http beyond loopback too, where the network can read it. Default: false; then this is refused.</summary>
    public bool AllowTokenOverHttp { get; init; }

    /// <summary>
    /// The authorities whose certificates the participant trusts, instead of those of the system. Default: null. For servers whose certificate is
    /// issued by the federation itself.
    /// </summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>The folder of models while they are sent and received. Default: the system's folder for temporary files.</summary>
    public string TemporaryFolder { get; init; } = Path.GetTempPath();

    /// <summary>The wait after a first failure to reach the server; it doubles up to <see cref="MaxRetryDelay"/>. Default: 0.5 s.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The maximum wait between two attempts to reach the server. Default: 30 s.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The receiver of events, in order, on the participant's own tasks: a handler should return soon. Default: null.</summary>
    public IProgress<ParticipantEvent>? Progress { get; init; }

    /// <summary>The clock of heartbeats and waits. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// The source of randomness that scatters the waits, so that participants do not all call a restarted server at once. Default: an
    /// unseeded one.
    /// </summary>
    public Random Random { get; init; } = new();

    internal bool MaySendToken(Uri server) => TokenTransport.Allows(Token, server, AllowTokenOverHttp);

    internal void Validate()
    {
        if (Controller is null == Combiner is null)
        {
            throw new ArgumentException("Either Controller or Combiner is needed, and not both.", nameof(Controller));
        }

        if (!MaySendToken(Controller ?? Combiner!))
        {
            var setting = Controller is null ? nameof(Combiner) : nameof(Controller);
            throw new ArgumentException($"{setting} is '{Controller ?? Combiner}', and {TokenTransport.Expectation}.", setting);
        }

        ArgumentException.ThrowIfNullOrEmpty(Name);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(RetryDelay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRetryDelay, RetryDelay);
    }
}
