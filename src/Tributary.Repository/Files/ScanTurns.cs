// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Repository.Files;

/// <summary>One scan at a time of each file. Who waits meanwhile can leave, and takes the turn when the one before has left without a result.</summary>
internal sealed class ScanTurns
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Turn> _turns = new(StringComparer.Ordinal);

    /// <summary>Waits for the turn, which ends when it is disposed.</summary>
    public async ValueTask<IDisposable> TakeAsync(string fileId, CancellationToken cancellationToken)
    {
        Turn? turn;
        lock (_lock)
        {
            if (!_turns.TryGetValue(fileId, out turn))
            {
                _turns.Add(fileId, turn = new Turn(this, fileId));
            }

            turn.Users++;
        }

        try
        {
            await turn.Room.WaitAsync(cancellationToken);
            return turn;
        }
        catch
        {
            Leave(turn);
            throw;
        }
    }

    private void Leave(Turn turn)
    {
        lock (_lock)
        {
            if (--turn.Users > 0)
            {
                return;
            }

            _turns.Remove(turn.FileId);
        }

        turn.Room.Dispose();
    }

    /// <summary>Everybody who has it or waits for it.</summary>
    private sealed class Turn(ScanTurns turns, string fileId) : IDisposable
    {
        public string FileId => fileId;

        public SemaphoreSlim Room { get; } = new(1);

        public int Users { get; set; }

        public void Dispose()
        {
            Room.Release();
            turns.Leave(this);
        }
    }
}
