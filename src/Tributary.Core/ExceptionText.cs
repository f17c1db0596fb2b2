// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core;

/// <summary>The text of exceptions for people who do not know the code.</summary>
public static class ExceptionText
{
    /// <summary>Returns the message without the name of a method's parameter, which .NET appends to it.</summary>
    public static string Describe(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        var message = error.Message;
        return error is ArgumentException { ParamName: { Length: > 0 } name }
            ? message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal)
            : message;
    }
}
