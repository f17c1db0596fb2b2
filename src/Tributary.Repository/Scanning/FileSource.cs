// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.IO;

namespace Tributary.Repository.Scanning;

/// <summary>A source that reads the file itself at any offset. Bytes are charged to the budget before they are read.</summary>
/// <param name="file">The file; it stays open.</param>
/// <param name="budget">The budget that reads are charged to.</param>
/// <param name="cancellationToken">Cancels the scan between two reads.</param>
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
