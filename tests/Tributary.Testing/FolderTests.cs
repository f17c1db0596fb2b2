// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Testing;

/// <summary>Tests that have a folder of their own, each a fresh one.</summary>
public abstract class FolderTests : IDisposable
{
    /// <summary>Gets the folder, which is gone at the end of the test.</summary>
    protected TemporaryFolder Folder { get; } = new();

    public virtual void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
