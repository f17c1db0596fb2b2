// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core;

/// <summary>The error of a store that could not do what it was asked: the disk, the database or the way to them is out of order.</summary>
public sealed class StorageException(string operation, Exception inner) : Exception($"The store could not {operation}.", inner);
