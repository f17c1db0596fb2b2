// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Demo;

/// <summary>The demo did not come to its end; the message says why.</summary>
internal sealed class DemoException(string message, Exception? innerException = null) : Exception(message, innerException);
