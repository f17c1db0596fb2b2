// SPDX-License-Identifier: Apache-2.0

using System.CommandLine;
using Tributary.Client;

namespace Tributary.Commands;

/// <summary><c>tributary model</c>: the commands that upload, list and download models.</summary>
internal static class ModelCommand
{
    public static Command Create() => new("model", "Upload, list and download models.") { Upload(), List(), Download() };

    private static Command Upload()
    {
        var access = new ControllerAccess();
        var json = CommonOptions.Json();
        var name = new Option<string?>("--name") { Description = "A name for people.", HelpName = "NAME" };
        var file = new Argument<string>("FILE") { Description = "The model: npz, or what the active helper reads." };
        var command = access.AddTo(new Command("upload", "Upload a model and print its id.") { file, name, json });
        return command.Running(async (parsed, cancellationToken) =>
        {
            using var client = access.Connect(parsed);
            var id = await client.Models.UploadFileAsync(parsed.GetRequiredValue(file), parsed.GetValue(name), cancellationToken);
            ConsoleOutput.PrintUpload(parsed.InvocationConfiguration.Output, id, parsed.GetValue(json));
        });
    }

    private static Command List()
    {
        var access = new ControllerAccess();
        var json = CommonOptions.Json();
        var session = new Option<string?>("--session") { Description = "Only the models of this session.", HelpName = "ID" };
        var limit = CommonOptions.Number("--limit", "How many at most, newest first", 1, 10_000, 100);
        var command = access.AddTo(new Command("list", "List models, newest first.") { session, limit, json });
        return command.Running(async (parsed, cancellationToken) =>
        {
            using var client = access.Connect(parsed);
            var models = await client.Models.ListAsync(parsed.GetValue(session), new ListRange(Limit: parsed.GetValue(limit)), cancellationToken);
            ConsoleOutput.Print(parsed.InvocationConfiguration.Output, models.Items, parsed.GetValue(json));
        });
    }

    private static Command Download()
    {
        var access = new ControllerAccess();
        var id = new Argument<string>("ID") { Description = "The id of the model." };
        var file = new Argument<string>("FILE") { Description = "Where to put it; replaced when it is there." };
        var command = access.AddTo(new Command("download", "Download a model.") { id, file });
        return command.Running(async (parsed, cancellationToken) =>
        {
            using var client = access.Connect(parsed);
            await client.Models.DownloadFileAsync(parsed.GetRequiredValue(id), parsed.GetRequiredValue(file), cancellationToken);
        });
    }
}
