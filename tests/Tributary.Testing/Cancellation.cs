// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Testing;

/// <summary>The end of the running test, imported statically by every test project.</summary>
public static class Cancellation
{
    /// <summary>Gets the token that is cancelled when the running test is to end.</summary>
    public static CancellationToken Token => TestContext.Current.CancellationToken;
}
