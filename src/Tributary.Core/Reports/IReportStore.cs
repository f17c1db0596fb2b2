// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Reports;

/// <summary>What clients report, kept for people. Durable on return.</summary>
public interface IReportStore
{
    /// <summary>Adds reports of any kind, all of them or none. Telemetry replaces what is older than five minutes of the same client and key.</summary>
    ValueTask AddAsync(IReadOnlyList<Report> reports, CancellationToken cancellationToken);

    /// <summary>Statuses by time; filters: <c>session_id</c>, <c>type</c>, <c>log_level</c>, <c>status_id</c>, <c>correlation_id</c>.</summary>
    ValueTask<Page<StatusReport>> ListStatusesAsync(PageRequest page, CancellationToken cancellationToken);

    /// <summary>Validations by time; filters: <c>session_id</c>, <c>model_id</c>, <c>validation_id</c>, <c>correlation_id</c>.</summary>
    ValueTask<Page<ValidationReport>> ListValidationsAsync(PageRequest page, CancellationToken cancellationToken);

    /// <summary>Values of one kind by time; filters: <c>session_id</c>, <c>model_id</c>, <c>round_id</c>, <c>key</c>, <c>client_id</c>.</summary>
    ValueTask<Page<ValueReport>> ListValuesAsync(ValueKind kind, PageRequest page, CancellationToken cancellationToken);
}
