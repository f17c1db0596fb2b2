// SPDX-License-Identifier: Apache-2.0

using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tributary.Core;
using Tributary.Core.Identity;
using Tributary.Core.Repository;
using Tributary.Server;

namespace Tributary.Commands;

/// <summary><c>tributary token</c>: the commands that create, list and revoke tokens.</summary>
internal static class TokenCommand
{
    private const string Prefix = "trb_";
    private const int SecretBytes = 32;
    private static readonly TimeSpan MaxLife = TimeSpan.FromDays(3650);

    public static Command Create() => new("token", "Create, list and revoke the tokens of a data folder, also while a server uses it.")
    {
        Create(TimeProvider.System), List(), Revoke(TimeProvider.System),
    };

    private static Command Create(TimeProvider time)
    {
        var name = NameArgument();
        var roles = new Option<string[]>("--role") { Description = $"A role: {RoleNames.Expected}. May be given several times.", HelpName = "ROLE" };
        var client = new Option<string?>("--client-id") { Description = "The only client that the token may act for; needed with --role client.", HelpName = "ID" };
        var collections = new Option<string[]>("--collection")
        {
            Description = $"Access to a collection of the repository, as models=write: {string.Join(", ", RepositoryCollections.All)} or {RepositoryCollections.Any}; read, write or admin.",
            HelpName = "NAME=ACCESS",
        };
        var expires = new Option<string?>("--expires") { Description = "The time until the token expires, such as 90d or 12h (default: it does not).", HelpName = "TIME" };
        var (data, json) = (DataOption(), CommonOptions.Json());
        var command = new Command("create", "Create a token and print it. It is shown this once; the data folder holds its SHA-256 alone.")
        {
            name, data, roles, client, collections, expires, json,
        };
        return command.Running(async (parsed, cancellationToken) =>
        {
            var life = ParseLife(parsed.GetValue(expires));
            var secret = Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
            var now = time.GetUtcNow();
            var token = new ApiToken
            {
                Principal = ToPrincipal(parsed.GetRequiredValue(name), parsed.GetValue(roles) ?? [], parsed.GetValue(client), parsed.GetValue(collections) ?? []),
                Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret))),
                CreatedAt = now,
                ExpiresAt = now + life,
            };
            using var folder = new TokenFolder(parsed.GetRequiredValue(data));
            if (!await folder.Tokens.AddAsync(token, cancellationToken))
            {
                throw new InvalidDataException($"There is a token '{token.Principal.Name}' already, perhaps a revoked one; choose another name.");
            }

            parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(json)
                ? JsonSerializer.Serialize(new CreatedToken(token.Principal.Name, secret, token.ExpiresAt), TokenJson.Default.CreatedToken)
                : secret);
        });
    }

    private static Command List()
    {
        var (data, json) = (DataOption(), CommonOptions.Json());
        var command = new Command("list", "List all tokens, expired and revoked ones too, without their secrets.") { data, json };
        return command.Running(async (parsed, cancellationToken) =>
        {
            using var folder = OpenExisting(parsed.GetRequiredValue(data));
            var tokens = (await folder.Tokens.ListAsync(cancellationToken)).Select(TokenReport.Of);
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
            {
                output.WriteLine(JsonSerializer.Serialize(tokens, TokenJson.Default.IEnumerableTokenReport));
                return;
            }

            foreach (var token in tokens)
            {
                output.WriteLine(token);
            }
        });
    }

    private static Command Revoke(TimeProvider time)
    {
        var (name, data) = (NameArgument(), DataOption());
        var command = new Command("revoke", "Revoke a token. A running server refuses it after five seconds at the latest.") { name, data };
        return command.Running(async (parsed, cancellationToken) =>
        {
            using var folder = OpenExisting(parsed.GetRequiredValue(data));
            if (!await folder.Tokens.RevokeAsync(parsed.GetRequiredValue(name), time.GetUtcNow(), cancellationToken))
            {
                throw new InvalidDataException($"There is no token '{parsed.GetRequiredValue(name)}'.");
            }
        });
    }

    private static TokenFolder OpenExisting(string path) => Directory.Exists(path)
        ? new TokenFolder(path)
        : throw new DirectoryNotFoundException($"There is no data folder '{Path.GetFullPath(path)}'.");

    private static Argument<string> NameArgument() => new("name") { Description = "The name of the token, in logs and in the audit log.", HelpName = "NAME" };

    private static Option<string> DataOption() => new("--data")
    {
        Description = $"The data folder (default: {ServerConfiguration.DefaultDataFolder}).",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => ServerConfiguration.DefaultDataFolder,
    };

    private static Principal ToPrincipal(string name, string[] roles, string? client, string[] collections)
    {
        if (name.Length is 0 or > Principal.MaxNameCharacters || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            || AuditEntry.Own.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"The name is '{name}'; expected 1 to {Principal.MaxNameCharacters} letters, digits, '-', '_' or '.', and none of {string.Join(", ", AuditEntry.Own)}."));
        }

        if (roles.FirstOrDefault(role => !RoleNames.TryParse(role, out _)) is { } unknown)
        {
            throw new InvalidDataException($"--role is '{unknown}'; expected {RoleNames.Expected}.");
        }

        var grants = Grants.Split(collections).ToList();
        if (grants.Select(grant => Grants.FindFault(grant.Key, grant.Value)).FirstOrDefault(fault => fault is not null) is { } wrong)
        {
            throw new InvalidDataException($"--collection: {wrong}");
        }

        if (roles.Length == 0 && grants.Count == 0)
        {
            throw new InvalidDataException("The token would allow nothing; expected --role or --collection.");
        }

        var id = default(ClientId);
        if (client is not null && !ClientId.TryParse(client, out id))
        {
            throw new InvalidDataException($"--client-id is '{client}'; expected {ClientId.Expected}.");
        }

        var given = RoleNames.Of(roles);
        return client is null && given.HasFlag(Roles.Client)
            ? throw new InvalidDataException("--client-id is missing; a token with the role client is bound to one client.")
            : new Principal { Name = name, Roles = given, Client = client is null ? null : id, Grants = Grants.Of(grants) };
    }

    private static TimeSpan? ParseLife(string? text)
    {
        if (text is null)
        {
            return null;
        }

        if (text.Length > 1 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 100_000)
        {
            var life = text[^1] switch
            {
                'd' => TimeSpan.FromDays(number),
                'h' => TimeSpan.FromHours(number),
                'm' => TimeSpan.FromMinutes(number),
                _ => TimeSpan.Zero,
            };
            if (life > TimeSpan.Zero && life <= MaxLife)
            {
                return life;
            }
        }

        throw new InvalidDataException(FormattableString.Invariant(
            $"--expires is '{text}'; expected a number with d, h or m for days, hours or minutes, at most {MaxLife.TotalDays} days."));
    }
}
