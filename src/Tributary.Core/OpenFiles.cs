// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Runtime.InteropServices;

namespace Tributary.Core;

/// <summary>The limit of open files and connections of the process. The runtime aborts when it runs out, so a share is kept in reserve.</summary>
/// <remarks>The system gives every new file the lowest number that is free, so that a high number says that all below are taken.</remarks>
public static class OpenFiles
{
    /// <summary>The minimum limit with which a server starts; more than half of it is in use by then.</summary>
    public const int MinLimit = 512;

    private const int ReservedShare = 8;

    /// <summary>The number of files that the process may have open; <see cref="int.MaxValue"/> where the system does not say.</summary>
    public static int Limit { get; } = ReadLimit();

    /// <summary>Returns true for a file or connection whose number lies in the eighth of the limit that is reserved for other uses than connections.</summary>
    public static bool IsReserved(SafeHandle file) => Number(file) >= Limit - (Limit / ReservedShare);

    /// <summary>Returns true for a file or connection whose number lies so close to the limit that it has to be closed at once.</summary>
    public static bool IsLast(SafeHandle file) => Number(file) >= Limit - (Limit / ReservedShare / 2);

    private static long Number(SafeHandle file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return OperatingSystem.IsWindows() ? 0 : file.DangerousGetHandle().ToInt64();
    }

    private static int ReadLimit()
    {
        const string Limits = "/proc/self/limits";
        const string Name = "Max open files";
        var line = File.Exists(Limits) ? File.ReadLines(Limits).FirstOrDefault(l => l.StartsWith(Name, StringComparison.Ordinal)) : null;
        var soft = line?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return int.TryParse(soft, CultureInfo.InvariantCulture, out var limit) ? limit : int.MaxValue;
    }
}
