// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;
using System.Linq.Expressions;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Tributary.Core;
using Tributary.Core.Reports;
using Tributary.Storage.Relational.Entities;

namespace Tributary.Storage.Relational.Stores;

internal sealed class ReportStore(MetadataDatabase database) : IReportStore
{
    // SQLite has no NaN, and a training that has diverged reports little else: NaN is stored as text.
    private const string NaN = "NaN";
    private static readonly TimeSpan TelemetryRetention = TimeSpan.FromMinutes(5);

    public ValueTask AddAsync(IReadOnlyList<Report> reports, CancellationToken cancellationToken) =>
        database.ExecuteAsync(
            "add reports",
            async (context, token) =>
            {
                context.AddRange(reports.Select(ToRow));
                foreach (var telemetry in reports.OfType<ValueReport>().Where(v => v.Kind == ValueKind.Telemetry))
                {
                    // The client states the time, which may be any value.
                    var oldest = new DateTimeOffset(Math.Max(0, telemetry.At.UtcTicks - TelemetryRetention.Ticks), TimeSpan.Zero);
                    var (client, key) = (telemetry.Sender?.ClientId, telemetry.Key);
                    await context.Values
                        .Where(v => v.Kind == ValueKind.Telemetry && v.ClientId == client && v.Key == key && v.At < oldest)
                        .ExecuteDeleteAsync(token);
                }
            },
            cancellationToken);

    public ValueTask<Page<StatusReport>> ListStatusesAsync(PageRequest page, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "list statuses",
            (context, token) => context.Statuses.ToPageAsync(
                page,
                s => s.Sequence,
                (name, value) => name switch
                {
                    "type" => s => s.Type == value,
                    "log_level" => s => s.LogLevel == value,
                    "status_id" => s => s.ReportId == value,
                    "correlation_id" => s => s.CorrelationId == value,
                    _ => Common<StatusReportRow>(name, value),
                },
                row => new StatusReport
                {
                    Id = row.ReportId,
                    Status = row.Status,
                    LogLevel = row.LogLevel,
                    Type = row.Type,
                    Data = row.Data,
                    Extra = row.Extra,
                    CorrelationId = row.CorrelationId,
                    Session = row.SessionId,
                    Sender = ToSender(row.Sender),
                    At = row.At,
                },
                s => s.Status.Length + s.Data.Length + s.Extra.Length,
                token),
            cancellationToken);

    public ValueTask<Page<ValidationReport>> ListValidationsAsync(PageRequest page, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "list validations",
            (context, token) => context.Validations.ToPageAsync(
                page,
                v => v.Sequence,
                (name, value) => name switch
                {
                    "model_id" => v => v.Model == value,
                    "validation_id" => v => v.ReportId == value,
                    "correlation_id" => v => v.CorrelationId == value,
                    "receiver.name" or "receiver.role" => Holds(name, value) is var part ? v => v.Receiver!.Contains(part) : null,
                    _ => Common<ValidationReportRow>(name, value),
                },
                row => new ValidationReport
                {
                    Id = row.ReportId,
                    Model = row.Model,
                    Data = row.Data,
                    CorrelationId = row.CorrelationId,
                    Session = row.SessionId,
                    Meta = row.Meta,
                    Sender = ToSender(row.Sender),
                    Receiver = ToSender(row.Receiver),
                    At = row.At,
                },
                v => v.Data.Length + v.Meta.Length,
                token),
            cancellationToken);

    public ValueTask<Page<ValueReport>> ListValuesAsync(ValueKind kind, PageRequest page, CancellationToken cancellationToken) =>
        database.ReadAsync(
            "list reported values",
            (context, token) => context.Values.Where(v => v.Kind == kind).ToPageAsync(
                page,
                v => v.Sequence,
                (name, value) => name switch
                {
                    "model_id" => v => v.Model == value,
                    "round_id" => v => v.Round == value,
                    "key" => v => v.Key == value,
                    "id" => v => v.ReportId == value,
                    _ => Common<ReportedValueRow>(name, value),
                },
                row => new ValueReport
                {
                    Id = row.ReportId,
                    Kind = row.Kind,
                    Key = row.Key,
                    Number = IsNaN(row) ? double.NaN : row.Number,
                    Text = IsNaN(row) ? null : row.Text,
                    Step = row.Step,
                    Model = row.Model,
                    Round = row.Round,
                    Session = row.SessionId,
                    Sender = ToSender(row.Sender),
                    At = row.At,
                },
                v => v.Text?.Length ?? 0,
                token),
            cancellationToken);

    private static Expression<Func<T, bool>>? Common<T>(string name, string value)
        where T : ReportRow => name switch
        {
            "session_id" => r => r.SessionId == value,
            "client_id" or "sender.client_id" => r => r.ClientId == value,
            "sender.name" or "sender.role" => Holds(name, value) is var part ? r => r.Sender!.Contains(part) : null,
            _ => null,
        };

    /// <summary>Returns the part of a peer's JSON that states the value of a property; texts inside have their quotes escaped, and cannot hold it.</summary>
    private static string Holds(string name, string value) => $"\"{name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..]}\":{JsonSerializer.Serialize(value, StorageJson.Default.String)}";

    private static ReportRow ToRow(Report report) => report switch
    {
        StatusReport status => new StatusReportRow
        {
            ReportId = status.Id,
            ClientId = status.Sender?.ClientId,
            Sender = ToJson(status.Sender),
            SessionId = status.Session,
            Status = status.Status,
            LogLevel = status.LogLevel,
            Type = status.Type,
            Data = status.Data,
            Extra = status.Extra,
            CorrelationId = status.CorrelationId,
            At = status.At,
        },
        ValidationReport validation => new ValidationReportRow
        {
            ReportId = validation.Id,
            ClientId = validation.Sender?.ClientId,
            Sender = ToJson(validation.Sender),
            Receiver = ToJson(validation.Receiver),
            SessionId = validation.Session,
            Model = validation.Model,
            Data = validation.Data,
            CorrelationId = validation.CorrelationId,
            Meta = validation.Meta,
            At = validation.At,
        },
        ValueReport value => new ReportedValueRow
        {
            ReportId = value.Id,
            ClientId = value.Sender?.ClientId,
            Sender = ToJson(value.Sender),
            SessionId = value.Session,
            Kind = value.Kind,
            Key = value.Key,
            Number = value.Number is double.NaN ? null : value.Number,
            Text = value.Number is double.NaN ? NaN : value.Text,
            Step = value.Step,
            Model = value.Model,
            Round = value.Round,
            At = value.At,
        },
        _ => throw new UnreachableException(),
    };

    private static bool IsNaN(ReportedValueRow row) => row is { Kind: not ValueKind.Attribute, Number: null, Text: NaN };

    private static string? ToJson(ReportSender? sender) => sender is null ? null : JsonSerializer.Serialize(sender, StorageJson.Default.ReportSender);

    private static ReportSender? ToSender(string? json) => json is null ? null : JsonSerializer.Deserialize(json, StorageJson.Default.ReportSender);
}
