// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Reports;

/// <summary>The store of the clients' reports, kept for people. Changes are durable on return.</summary>
public interface IReportStore
{
    /// <summary>Adds reports of any kind, all or none. Telemetry replaces values of its client and key older than five minutes.</summary>
    ValueTask AddAsync(IReadOnlyList<Report> reports, CancellationToken cancellationToken);

    /// <summary>
    /// Lists statuses by time; filters: <c>session_id</c>, <c>type</c>, <c>log_level</c>, <c>status_id</c>, <c>correlation_id</c>,
    /// <c>client_id</c>, and <c>name</c>, <c>role</c> and <c>client_id</c> of <c>sender.</c> A page ends by length.
    /// </summary>
    ValueTask<Page<StatusReport>> ListStatusesAsync(PageRequest page, CancellationToken cancellationToken);

    /// <summary>
    /// Lists validations by time; filters: <c>session_id</c>, <c>model_id</c>, <c>validation_id</c>, <c>correlation_id</c>,
    /// those of the sender as above, <c>receiver.name</c>, <c>receiver.role</c>. A page ends by length.
    /// </summary>
    ValueTask<Page<ValidationReport>> ListValidationsAsync(PageRequest page, CancellationToken cancellationToken);

    /// <summary>
    /// Lists values of one kind by time; filters: <c>session_id</c>, <c>model_id</c>, <c>round_id</c>, <c>key</c>, and those of the
    /// sender as above. A page ends by length.
    /// </summary>
    ValueTask<Page<ValueReport>> ListValuesAsync(ValueKind kind, PageRequest page, CancellationToken cancellationToken);
}
