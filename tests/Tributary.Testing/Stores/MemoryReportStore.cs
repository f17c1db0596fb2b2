// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Testing.Stores;

internal sealed class MemoryReportStore(MemoryStores stores) : IReportStore
{
    private static readonly TimeSpan TelemetryRetention = TimeSpan.FromMinutes(5);

    public ValueTask AddAsync(IReadOnlyList<Report> reports, CancellationToken cancellationToken) =>
        stores.ExecuteAsync("add reports", disk =>
        {
            foreach (var telemetry in reports.OfType<ValueReport>().Where(v => v.Kind == ValueKind.Telemetry))
            {
                disk.Reports.RemoveAll(r => r is ValueReport { Kind: ValueKind.Telemetry } old && old.Key == telemetry.Key
                    && old.Sender?.ClientId == telemetry.Sender?.ClientId && old.At < telemetry.At
                    && telemetry.At - old.At > TelemetryRetention);
            }

            disk.Reports.AddRange(reports.Select(Clean));
        }, cancellationToken);

    public ValueTask<Page<StatusReport>> ListStatusesAsync(PageRequest page, CancellationToken cancellationToken) =>
        ListAsync<StatusReport>(page, _ => true, (status, name) => name switch
        {
            "session_id" => status.Session,
            "type" => status.Type,
            "log_level" => status.LogLevel,
            "status_id" => status.Id,
            "correlation_id" => status.CorrelationId,
            _ => Common(status, name),
        }, cancellationToken);

    public ValueTask<Page<ValidationReport>> ListValidationsAsync(PageRequest page, CancellationToken cancellationToken) =>
        ListAsync<ValidationReport>(page, _ => true, (validation, name) => name switch
        {
            "session_id" => validation.Session,
            "model_id" => validation.Model,
            "validation_id" => validation.Id,
            "correlation_id" => validation.CorrelationId,
            _ => Common(validation, name),
        }, cancellationToken);

    public ValueTask<Page<ValueReport>> ListValuesAsync(ValueKind kind, PageRequest page, CancellationToken cancellationToken) =>
        ListAsync<ValueReport>(page, v => v.Kind == kind, (value, name) => name switch
        {
            "session_id" => value.Session,
            "model_id" => value.Model,
            "round_id" => value.Round,
            "key" => value.Key,
            "id" => value.Id,
            _ => Common(value, name),
        }, cancellationToken);

    private static Report Clean(Report report) => report switch
    {
        StatusReport status => status with { Sender = Clean(status.Sender), Status = FreeText.Clean(status.Status), Data = FreeText.Clean(status.Data), Extra = FreeText.Clean(status.Extra) },
        ValidationReport validation => validation with { Sender = Clean(validation.Sender), Data = FreeText.Clean(validation.Data), Meta = FreeText.Clean(validation.Meta) },
        ValueReport { Text: { } text } value => value with { Sender = Clean(value.Sender), Text = FreeText.Clean(text) },
        _ => report,
    };

    private static ReportSender? Clean(ReportSender? sender) => sender is null ? null : sender with { Name = FreeText.Clean(sender.Name) };

    private static string? Common(Report report, string name) => name switch
    {
        "client_id" or "sender.client_id" => report.Sender?.ClientId,
        "sender.name" => report.Sender?.Name,
        "sender.role" => report.Sender?.Role,
        "receiver.name" => (report as ValidationReport)?.Receiver?.Name,
        "receiver.role" => (report as ValidationReport)?.Receiver?.Role,
        _ => throw MemoryStores.Unknown(name),
    };

    private ValueTask<Page<T>> ListAsync<T>(PageRequest page, Predicate<T> which, Func<T, string, string?> field, CancellationToken cancellationToken)
        where T : Report => stores.ReadAsync("list reports", disk => MemoryStores.Page(disk.Reports.OfType<T>().Where(r => which(r)), page, field), cancellationToken);
}
