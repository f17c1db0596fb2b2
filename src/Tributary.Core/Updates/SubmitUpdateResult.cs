// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Updates;

/// <summary>What became of an update that a client offered.</summary>
public abstract record SubmitUpdateResult
{
    private SubmitUpdateResult()
    {
    }

    /// <summary>It counts, and that is durable.</summary>
    public sealed record Accepted : SubmitUpdateResult;

    /// <summary>This client's update of this round, or this upload, counts already.</summary>
    public sealed record Duplicate : SubmitUpdateResult;

    /// <summary>The round that it names is not open: late, or never was.</summary>
    public sealed record RoundClosed : SubmitUpdateResult;

    /// <summary>The round goes on, but not here and now: the server is starting or stopping. The same offer a little later will do.</summary>
    public sealed record NotReady : SubmitUpdateResult;

    /// <summary>The client has no task in that round.</summary>
    public sealed record NotSelected : SubmitUpdateResult;

    /// <summary>No finished upload of this client has that id.</summary>
    public sealed record UnknownUpload(string Id) : SubmitUpdateResult;

    /// <summary>It is not usable; <paramref name="Field"/> says which part, <paramref name="Reason"/> what was found and expected.</summary>
    public sealed record Invalid(string Field, string Reason) : SubmitUpdateResult;
}
