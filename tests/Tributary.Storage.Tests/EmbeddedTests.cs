// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Storage.Tests;

/// <summary>Tests of SQLite and files in a folder of their own.</summary>
public abstract class EmbeddedTests : IDisposable
{
    private protected EmbeddedHost Host { get; } = new();

    private protected IRepositoryStore Store => Of<IRepositoryStore>();

    private protected IRepositoryAnnotations Annotations => Of<IRepositoryAnnotations>();

    public virtual void Dispose()
    {
        Host.Dispose();
        GC.SuppressFinalize(this);
    }

    protected T Of<T>()
        where T : notnull => Host.Of<T>();
}
