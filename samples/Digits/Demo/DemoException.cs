// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Samples.Digits.Demo;

/// <summary>The exception for a demo that could not be completed; the message says why.</summary>
public sealed class DemoException(string message, Exception? innerException = null) : Exception(message, innerException);
