// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Repository.Scanning;

/// <summary>Bytes of an archive at an offset that it claims itself.</summary>
internal static class ZipBytes
{
    /// <summary>False when they are not all there.</summary>
    public static bool TryRead(Stream archive, long offset, Span<byte> destination)
    {
        if (offset < 0 || offset > archive.Length - destination.Length)
        {
            return false;
        }

        archive.Position = offset;
        archive.ReadExactly(destination);
        return true;
    }
}
