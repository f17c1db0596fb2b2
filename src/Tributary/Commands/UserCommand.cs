// SPDX-License-Identifier: Apache-2.0

using System.CommandLine;
using Tributary.Hosting.Authentication;

namespace Tributary.Commands;

/// <summary><c>tributary user</c>: the command that hashes the password of a user of HTTP Basic.</summary>
internal static class UserCommand
{
    public static Command Create()
    {
        var hash = new Command("hash", "Read a password from standard input and print its hash, for Authentication:Basic:Users in the settings.");
        hash.Running(async (parsed, cancellationToken) =>
        {
            var password = await Console.In.ReadLineAsync(cancellationToken);
            parsed.InvocationConfiguration.Output.WriteLine(
                string.IsNullOrEmpty(password) ? throw new InvalidDataException("There is no password on the standard input.") : PasswordHash.Create(password));
        });
        return new Command("user", "Work with the users that sign in with a password.") { hash };
    }
}
