// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Tributary.Samples.Digits.Demo;

/// <summary>The output of a demo: text for people, or one JSON document.</summary>
public static class DemoOutput
{
    /// <summary>Chooses the view of the rounds: a table at a terminal, lines in files and pipes, nothing with JSON.</summary>
    public static IDemoView View(TextWriter output, bool json)
    {
        if (json)
        {
            return new SilentView();
        }

        return ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected ? new TerminalView(AnsiConsole.Console) : new PlainView(output);
    }

    /// <summary>Prints the result.</summary>
    public static Task PrintAsync(TextWriter output, DemoResult result, bool json) =>
        output.WriteLineAsync(json ? JsonSerializer.Serialize(result, DemoJson.Default.DemoResult) : Summary(result));

    private static string Summary(DemoResult result) => Attack(result) + string.Create(CultureInfo.InvariantCulture, $"""
        federated accuracy: {result.FederatedAccuracy:0.000}
        central accuracy: {result.CentralAccuracy:0.000}
        single client accuracy: {result.SingleClientAccuracy:0.000}
        in the repository: {result.Repository.TrainingResult}, accuracy {result.Repository.Accuracy:0.000} on the participants' own images
        model: {result.Model}
        """);

    private static string Attack(DemoResult result) => result.FedavgAccuracy is not { } fedavg ? "" : string.Create(CultureInfo.InvariantCulture, $"""
        poisoned participants: {result.Attackers} of {result.Participants}
        accuracy under fedavg: {fedavg:0.000}
        accuracy under {result.Strategy}: {result.FederatedAccuracy:0.000}

        """);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(DemoResult))]
internal sealed partial class DemoJson : JsonSerializerContext;
