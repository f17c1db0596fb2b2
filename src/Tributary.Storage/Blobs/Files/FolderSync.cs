// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Storage.Blobs.Files;

/// <summary>The syncs of a folder, shared: one that begins after several callers have changed the folder serves them all.</summary>
internal sealed class FolderSync(Action sync)
{
    private readonly object _lock = new();
    private long _asked;
    private long _done;
    private bool _isRunning;

    /// <summary>The number of calls so far.</summary>
    public long Asked
    {
        get
        {
            lock (_lock)
            {
                return _asked;
            }
        }
    }

    /// <summary>Returns once a sync has ended that began after this call.</summary>
    public void Run()
    {
        lock (_lock)
        {
            var wanted = ++_asked;
            while (_done < wanted)
            {
                if (_isRunning)
                {
                    Monitor.Wait(_lock);
                    continue;
                }

                var serves = _asked;
                _isRunning = true;
                var isDone = false;
                Monitor.Exit(_lock);
                try
                {
                    sync();
                    isDone = true;
                }
                finally
                {
                    // After a failure, those that waited try it themselves.
                    Monitor.Enter(_lock);
                    _isRunning = false;
                    _done = isDone ? serves : _done;
                    Monitor.PulseAll(_lock);
                }
            }
        }
    }
}
