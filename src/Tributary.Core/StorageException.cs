// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core;

/// <summary>The error of a store that could not do what it was asked: the disk, the database or the connection to it does not work.</summary>
public sealed class StorageException(string operation, Exception inner) : Exception($"The store could not {operation}.", inner)
{
    /// <summary>Returns whether an error says that a store is out of order: a file or folder that may not be accessed counts as much as a full disk.</summary>
    public static bool IsCauseOf(Exception error) => error is StorageException or IOException or UnauthorizedAccessException;
}
