// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Tributary.Core;
using Tributary.Core.Identity;
using Tributary.Core.Repository;
using Tributary.Repository.Rest;

namespace Tributary.Repository.Files;

/// <summary>The enforcement of the limits on stored files of each token.</summary>
internal sealed class UploadQuota(IRepositoryAnnotations annotations)
{
    // One upload of a token is measured and recorded at a time; its bytes have already arrived.
    private readonly KeyedLock<string> _commits = new();

    /// <summary>Returns the length that a file may have, given the limit for all callers; or the response that refuses any.</summary>
    public async ValueTask<(long MaxBytes, Response? Refusal)> MeasureAsync(Principal caller, long maxBytes, CancellationToken cancellationToken)
    {
        if (caller is { MaxBytes: null, MaxFiles: null })
        {
            return (maxBytes, null);
        }

        var usage = await annotations.MeasureUsageAsync(caller.Name, cancellationToken);
        if (usage.Files >= caller.MaxFiles)
        {
            return (0, ErrorResponses.Forbidden(string.Create(
                CultureInfo.InvariantCulture, $"The token '{caller.Name}' has stored {usage.Files} files; it may store {caller.MaxFiles}")));
        }

        return (Math.Max(0, Math.Min(maxBytes, (caller.MaxBytes ?? long.MaxValue) - usage.Bytes)), null);
    }

    /// <summary>Records a file by <paramref name="commit"/> if it still fits the quota, which other uploads may have used up.</summary>
    public async ValueTask<(bool IsStored, Response? Refusal)> CommitAsync(
        Principal caller, long length, Func<ValueTask<bool>> commit, CancellationToken cancellationToken)
    {
        if (caller is { MaxBytes: null, MaxFiles: null })
        {
            return (await commit(), null);
        }

        using var holder = await _commits.EnterAsync(caller.Name, cancellationToken);
        var (maxBytes, refusal) = await MeasureAsync(caller, long.MaxValue, cancellationToken);
        refusal ??= length > maxBytes ? ErrorResponses.TooLong(maxBytes) : null;
        return refusal is null ? (await commit(), null) : (false, refusal);
    }
}
