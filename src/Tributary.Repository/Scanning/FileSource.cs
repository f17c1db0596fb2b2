// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.IO;

namespace Tributary.Repository.Scanning;

/// <summary>The file itself at any offset. What is read counts against the budget before it is read.</summary>
/// <param name="file">The file; it stays open.</param>
/// <param name="budget">What reading it counts against.</param>
/// <param name="cancellationToken">Ends it between two reads.</param>
internal sealed class FileSource(ByteSource file, ScanBudget budget, CancellationToken cancellationToken) : ByteSource
{
    public override long Length { get; } = file.Length;

    public override int Read(long offset, Span<byte> destination)
    {
        cancellationToken.ThrowIfCancellationRequested();
        destination = destination[..(int)Math.Clamp(Length - offset, 0, destination.Length)];
        budget.TakeBytes(destination.Length);
        return file.Read(offset, destination);
    }
}
