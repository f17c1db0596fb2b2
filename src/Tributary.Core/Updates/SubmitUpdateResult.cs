// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Updates;

/// <summary>The result of submitting an update.</summary>
public abstract record SubmitUpdateResult
{
    private SubmitUpdateResult()
    {
    }

    /// <summary>An update that counts, which is durable.</summary>
    public sealed record Accepted : SubmitUpdateResult;

    /// <summary>A repeat: the client's update of this round, or this upload, already counts.</summary>
    public sealed record Duplicate : SubmitUpdateResult;

    /// <summary>A round that is not open: it has ended, or never existed.</summary>
    public sealed record RoundClosed : SubmitUpdateResult;

    /// <summary>A round that continues, but not now: the server is starting or stopping. The client should submit again soon.</summary>
    public sealed record NotReady : SubmitUpdateResult;

    /// <summary>A client without a task in the round.</summary>
    public sealed record NotSelected : SubmitUpdateResult;

    /// <summary>An id that no finished upload of the client has.</summary>
    public sealed record UnknownUpload(string Id) : SubmitUpdateResult;

    /// <summary>An unusable update: the name of its faulty part, and what was found there and expected.</summary>
    public sealed record Invalid(string Field, string Reason) : SubmitUpdateResult;
}
