// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Samples.Digits.Demo;

/// <summary>The demo did not come to its end; the message says why.</summary>
public sealed class DemoException(string message, Exception? innerException = null) : Exception(message, innerException);
