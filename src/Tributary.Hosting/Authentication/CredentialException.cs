// SPDX-License-Identifier: Apache-2.0

using Tributary.Hosting.Refusals;

namespace Tributary.Hosting.Authentication;

/// <summary>The failure of an authentication, whose reason ASP.NET Core has no words for.</summary>
internal sealed class CredentialException(Refusal refusal) : Exception(refusal.Message)
{
    public CredentialException(RefusalReason reason)
        : this(new Refusal(reason))
    {
    }

    public Refusal Refusal => refusal;

    /// <summary>True when the failure was counted already as one of its address.</summary>
    public bool IsCounted { get; init; }
}
