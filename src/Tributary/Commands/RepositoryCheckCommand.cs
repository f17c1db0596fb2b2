// SPDX-License-Identifier: Apache-2.0

using System.CommandLine;
using System.Text.Json;
using Tributary.Core.Repository;
using Tributary.Transfer;

namespace Tributary.Commands;

/// <summary><c>tributary repository check</c>: the command that checks that file records and contents agree.</summary>
internal static class RepositoryCheckCommand
{
    public static Command Create()
    {
        var data = RepositoryFolder.DataOption();
        var json = CommonOptions.Json();
        var digests = new Option<bool>("--digests") { Description = "Also read every content and compare its SHA-256." };
        var command = new Command("check", "List everything in which file records and contents disagree; exit code 1 when there is any.") { data, digests, json };
        return command.Running(async (parsed, cancellationToken) =>
        {
            using var folder = RepositoryFolder.OpenExisting(parsed.GetRequiredValue(data));
            var check = parsed.GetValue(digests) ? RepositoryCheck.Digests : RepositoryCheck.Lengths;
            var faults = await folder.Maintenance.VerifyAsync(check, cancellationToken).ToListAsync(cancellationToken);
            Print(parsed.InvocationConfiguration.Output, faults, parsed.GetValue(json));
            return faults.Count == 0 ? 0 : 1;
        });
    }

    private static void Print(TextWriter output, List<RepositoryFault> faults, bool json)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(
                [.. faults.Select(f => new RepositoryFaultReport(NameOf(f.Kind), f.Content, f.FileId, f.Detail))], RepositoryJson.Default.RepositoryFaultReportArray));
            return;
        }

        foreach (var fault in faults)
        {
            output.WriteLine($"{NameOf(fault.Kind)}  {fault.Content}  {(fault.FileId is { } id ? $"file {id}: " : "")}{fault.Detail}");
        }

        output.WriteLine(faults.Count == 0 ? "no faults" : $"faults: {faults.Count}");
    }

    private static string NameOf(RepositoryFaultKind kind) => kind switch
    {
        RepositoryFaultKind.MissingContent => "missing content",
        RepositoryFaultKind.UnrecordedContent => "unrecorded content",
        RepositoryFaultKind.WrongLength => "wrong length",
        _ => "wrong digest",
    };
}
