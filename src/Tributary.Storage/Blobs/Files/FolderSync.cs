// SPDX-License-Identifier: Apache-2.0

using System.Runtime.ExceptionServices;

namespace Tributary.Storage.Blobs.Files;

/// <summary>The syncs of a folder, shared: one that begins after several callers have changed the folder serves them all.</summary>
internal sealed class FolderSync(Action sync)
{
    private readonly Lock _turn = new();
    private readonly Lock _lock = new();
    private Shared? _next;

    /// <summary>Returns once a sync has ended that began after this call.</summary>
    /// <exception cref="IOException">The sync failed, for all that it served: the system may report an error once only.</exception>
    public void Run()
    {
        bool isFirst;
        Shared shared;
        lock (_lock)
        {
            isFirst = _next is null;
            shared = _next ??= new Shared();
        }

        if (isFirst)
        {
            lock (_turn)
            {
                lock (_lock)
                {
                    // Callers from here on may have changed the folder after the sync began.
                    _next = null;
                }

                try
                {
                    sync();
                }
                catch (Exception error)
                {
                    shared.Error = ExceptionDispatchInfo.Capture(error);
                }

                shared.Ended.Set();
            }
        }

        shared.Ended.Wait();
        shared.Error?.Throw();
    }

    /// <summary>A sync and those that wait for it.</summary>
    private sealed class Shared
    {
        public ManualResetEventSlim Ended { get; } = new();

        public ExceptionDispatchInfo? Error { get; set; }
    }
}
