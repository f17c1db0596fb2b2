// SPDX-License-Identifier: Apache-2.0

using System.CommandLine;

namespace Tributary.Commands;

/// <summary>The options that several commands share.</summary>
internal static class CommonOptions
{
    private const string DefaultController = "http://127.0.0.1:8092";

    public static Option<Uri> Controller() => new("--controller")
    {
        Description = "The controller.",
        HelpName = "URL",
        DefaultValueFactory = _ => new Uri(DefaultController),
        CustomParser = argument =>
        {
            var text = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : "";
            if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps))
            {
                return uri;
            }

            argument.AddError($"--controller is '{text}'; expected http://HOST:PORT or https://HOST:PORT.");
            return null;
        },
    };

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document and nothing else." };

    public static Option<int> Seed() => new("--seed") { Description = "Decides everything random (default: 0).", HelpName = "N" };

    public static Option<int> Number(string name, string description, int min, int max, int fallback)
    {
        var option = new Option<int>(name)
        {
            Description = $"{description}.",
            HelpName = "N",
            DefaultValueFactory = _ => fallback,
        };
        option.Validators.Add(result => Check(result, name, min, max));
        return option;
    }

    public static Option<int> RequiredNumber(string name, string description, int min, int max)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "N", Required = true };
        option.Validators.Add(result => Check(result, name, min, max));
        return option;
    }

    private static void Check(System.CommandLine.Parsing.OptionResult result, string name, int min, int max)
    {
        if (result.Errors.Any())
        {
            return;
        }

        var value = result.GetValueOrDefault<int>();
        if (value < min || value > max)
        {
            result.AddError(FormattableString.Invariant($"{name} is {value}; expected {min} to {max}."));
        }
    }
}
