// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tributary.Numerics.IO;

/// <summary>The allocation of every block of a new file at full length: a hole in a mapped file is a crash when the disk is full.</summary>
internal static partial class FileSpace
{
    private const int InvalidArgument = 22;
    private const int NotSupportedOnLinux = 95;

    public static void Reserve(SafeFileHandle handle, long length)
    {
        if (length == 0)
        {
            return;
        }

        if (!OperatingSystem.IsLinux())
        {
            WriteZeros(handle, length);
            return;
        }

        switch (Allocate(handle, 0, length))
        {
            case 0:
                break;
            case InvalidArgument or NotSupportedOnLinux:
                // The file system cannot allocate ahead.
                WriteZeros(handle, length);
                break;
            case var error:
                throw new IOException($"{length} bytes cannot be allocated: {Marshal.GetPInvokeErrorMessage(error)}.", error);
        }
    }

    private static void WriteZeros(SafeFileHandle handle, long length)
    {
        var zeros = new byte[1 << 16];
        for (long offset = 0; offset < length; offset += zeros.Length)
        {
            RandomAccess.Write(handle, zeros.AsSpan(0, (int)Math.Min(zeros.Length, length - offset)), offset);
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Allocate(SafeFileHandle handle, long offset, long length);
}
