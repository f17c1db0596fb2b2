// SPDX-License-Identifier: Apache-2.0

using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using Tributary.Client;

namespace Tributary.Commands;

/// <summary>The options of commands that call a controller: its address, the caller's token, and the authorities to trust.</summary>
internal sealed class ControllerAccess
{
    private const string TokenVariable = "TRIBUTARY_TOKEN";
    private const string StandardInput = "-";

    private readonly Option<Uri> _controller = CommonOptions.Controller();

    private readonly Option<string?> _token = new("--token")
    {
        Description = $"The token of the caller; '{StandardInput}' reads it from standard input (default: the variable {TokenVariable}).",
        HelpName = "TOKEN",
    };

    private readonly Option<FileInfo?> _authorities = new("--ca") { Description = "A file of certificates in PEM to trust instead of the system's.", HelpName = "FILE" };

    private readonly Option<bool> _allowTokenOverHttp = new("--allow-token-over-http")
    {
        Description = "Send the token over plain http to other machines too, where the network can read it.",
    };

    /// <summary>Adds the options to a command.</summary>
    public Command AddTo(Command command)
    {
        command.Options.Add(_controller);
        command.Options.Add(_token);
        command.Options.Add(_authorities);
        command.Options.Add(_allowTokenOverHttp);
        return command;
    }

    public Uri Controller(ParseResult parsed) => parsed.GetRequiredValue(_controller);

    public bool AllowsTokenOverHttp(ParseResult parsed) => parsed.GetValue(_allowTokenOverHttp);

    /// <summary>Returns the token of the caller; null for none.</summary>
    /// <exception cref="InvalidDataException">The token would cross the network in plain text.</exception>
    public string? Token(ParseResult parsed)
    {
        var given = parsed.GetValue(_token) ?? Environment.GetEnvironmentVariable(TokenVariable);
        var token = given == StandardInput ? Console.In.ReadLine() : given;
        if (string.IsNullOrWhiteSpace(token))
        {
            return null;
        }

        var controller = Controller(parsed);
        return ControllerClient.MaySendToken(controller) || AllowsTokenOverHttp(parsed)
            ? token.Trim()
            : throw new InvalidDataException(
                $"--controller is '{controller}', and a token (--token or {TokenVariable}) is sent only over https or to a loopback address; "
                + $"expected https://HOST:PORT, or {_allowTokenOverHttp.Name}.");
    }

    /// <summary>Returns the authorities to trust; null for those of the system.</summary>
    /// <exception cref="InvalidDataException">The file cannot be read as certificates.</exception>
    public X509Certificate2Collection? Authorities(ParseResult parsed)
    {
        if (parsed.GetValue(_authorities) is not { } file)
        {
            return null;
        }

        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(file.FullName);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new InvalidDataException($"--ca '{file.FullName}' cannot be read: {error.Message}", error);
        }

        return authorities.Count > 0 ? authorities : throw new InvalidDataException($"--ca '{file.FullName}' holds no certificate in PEM.");
    }

    public ControllerClient Connect(ParseResult parsed) => new(
        Controller(parsed),
        Token(parsed),
        Authorities(parsed) is { } authorities ? ControllerClient.CreateHandler(authorities) : null,
        allowTokenOverHttp: AllowsTokenOverHttp(parsed));
}
