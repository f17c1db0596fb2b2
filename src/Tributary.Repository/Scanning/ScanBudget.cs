// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Formats.Pickle;
using Tributary.Numerics.IO;

namespace Tributary.Repository.Scanning;

/// <summary>The limits on the cost of scanning one file.</summary>
internal sealed class ScanBudget(long maxReadBytes = ScanBudget.MaxReadBytes)
{
    public const int MaxMembers = 10_000;
    public const int MaxPickles = 1000;

    /// <summary>The maximum length in bytes of an archive's directory; a longer one is not read.</summary>
    public const int MaxDirectoryBytes = 8 << 20;

    public const long MaxReadBytes = 4L << 30;

    /// <summary>The maximum number of characters in all names that are reported.</summary>
    private const int MaxNameCharacters = 1 << 18;

    /// <summary>The maximum number of operations in all pickles, including data that only look like one.</summary>
    private const int MaxOperations = 20_000_000;

    private int _operations = MaxOperations;
    private int _pickles = MaxPickles;
    private int _nameCharacters = MaxNameCharacters;

    /// <summary>The number of bytes read, counting members of archives after inflation.</summary>
    public long ReadBytes { get; private set; }

    /// <summary>True once more bytes were requested than the budget allows; the scan then stops.</summary>
    public bool IsExhausted { get; private set; }

    /// <exception cref="ScanBudgetException">The budget does not suffice for <paramref name="count"/> bytes.</exception>
    public void TakeBytes(long count)
    {
        if (count > maxReadBytes - ReadBytes)
        {
            IsExhausted = true;
            throw new ScanBudgetException($"more than {maxReadBytes} bytes are to be read");
        }

        ReadBytes += count;
    }

    /// <summary>Scans a pickle as far as the budget allows.</summary>
    /// <exception cref="ScanBudgetException">The budget for operations is used up.</exception>
    public PickleReport Scan(ByteSource source)
    {
        var report = _operations > 0
            ? PickleScanner.Scan(source, Math.Min(_operations, PickleScanner.MaxOperations))
            : throw new ScanBudgetException($"its pickles have more than {MaxOperations} operations");
        _operations -= report.Operations;
        return report;
    }

    /// <exception cref="ScanBudgetException">The budget does not suffice for another pickle or its names.</exception>
    public void Take(ScannedPickle pickle)
    {
        _nameCharacters -= (pickle.Member?.Length ?? 0) + pickle.Imports.Sum(i => i.Length) + pickle.Unnamed.Sum(u => u.Length);
        if (--_pickles < 0 || _nameCharacters < 0)
        {
            throw new ScanBudgetException(_pickles < 0 ? $"there are more than {MaxPickles} pickles" : $"what is imported has more than {MaxNameCharacters} characters");
        }
    }
}

internal sealed class ScanBudgetException(string message) : Exception(message);
