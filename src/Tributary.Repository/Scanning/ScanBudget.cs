// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Formats.Pickle;
using Tributary.Numerics.IO;

namespace Tributary.Repository.Scanning;

/// <summary>What looking into one file may cost.</summary>
internal sealed class ScanBudget(long maxReadBytes = ScanBudget.MaxReadBytes)
{
    public const int MaxMembers = 10_000;
    public const int MaxPickles = 1000;

    /// <summary>A longer directory of an archive is not read.</summary>
    public const int MaxDirectoryBytes = 8 << 20;

    public const long MaxReadBytes = 4L << 30;

    /// <summary>Characters of all names that are kept.</summary>
    private const int MaxNameCharacters = 1 << 18;

    /// <summary>Operations of all pickles, and of what might have been one.</summary>
    private const int MaxOperations = 20_000_000;

    private int _operations = MaxOperations;
    private int _pickles = MaxPickles;
    private int _nameCharacters = MaxNameCharacters;

    /// <summary>How many bytes have been read, of members after they were inflated.</summary>
    public long ReadBytes { get; private set; }

    /// <summary>Whether bytes were asked for that are not left: nothing more is looked into then.</summary>
    public bool IsExhausted { get; private set; }

    /// <exception cref="ScanBudgetException">There is less left than is asked for.</exception>
    public void TakeBytes(long count)
    {
        if (count > maxReadBytes - ReadBytes)
        {
            IsExhausted = true;
            throw new ScanBudgetException($"more than {maxReadBytes} bytes are to be read");
        }

        ReadBytes += count;
    }

    /// <summary>Follows a pickle as far as is left for it.</summary>
    /// <exception cref="ScanBudgetException">Nothing is left.</exception>
    public PickleReport Scan(ByteSource source)
    {
        var report = _operations > 0
            ? PickleScanner.Scan(source, Math.Min(_operations, PickleScanner.MaxOperations))
            : throw new ScanBudgetException($"its pickles have more than {MaxOperations} operations");
        _operations -= report.Operations;
        return report;
    }

    /// <exception cref="ScanBudgetException">There is no room for what was found.</exception>
    public void Take(ScannedPickle pickle)
    {
        _nameCharacters -= (pickle.Member?.Length ?? 0) + pickle.Imports.Sum(i => i.Length) + pickle.Unnamed.Sum(u => u.Length);
        if (--_pickles < 0 || _nameCharacters < 0)
        {
            throw new ScanBudgetException(_pickles < 0 ? $"there are more than {MaxPickles} pickles" : $"what is imported has more than {MaxNameCharacters} characters");
        }
    }
}

/// <summary>That something cannot be looked into because it would cost too much.</summary>
internal sealed class ScanBudgetException(string message) : Exception(message);
