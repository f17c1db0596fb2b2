// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging;
using Tributary.Core;
using Tributary.Core.Reports;
using Tributary.Hosting;
using Tributary.Protocol.Fedn;
using Tributary.Rpc;

namespace Tributary.Combiner.Reports;

/// <summary>What clients tell of themselves and of their work: statuses, metrics, attributes, telemetry.</summary>
internal sealed class ClientReports(ReportLog reports, IdSource ids, TimeProvider time, ILogger<ClientReports> logger)
{
    public Task<Response> SendStatusAsync(Status status, RpcCall call) =>
        AppendAsync(call, [ReportConversion.ToReport(status, ids, time)], "Status received.");

    public Task<Response> SendMetricAsync(ModelMetric metric, RpcCall call) => AppendAsync(call, "metrics", ReportConversion.ToReports(metric, ids, time));

    public Task<Response> SendAttributesAsync(AttributeMessage message, RpcCall call) => AppendAsync(call, "attributes", ReportConversion.ToReports(message, ids, time));

    public Task<Response> SendTelemetryAsync(TelemetryMessage message, RpcCall call) => AppendAsync(call, "telemetries", ReportConversion.ToReports(message, ids, time));

    private Task<Response> AppendAsync(RpcCall call, string field, IReadOnlyList<ValueReport> values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (FreeText.HoldsNull(values[i].Key))
            {
                throw new RpcException(RpcStatusCode.InvalidArgument, FormattableString.Invariant($"{field}[{i}].key {FreeText.NameFault}"));
            }
        }

        return AppendAsync(call, values, "");
    }

    private Task<Response> AppendAsync(RpcCall call, IReadOnlyList<Report> entries, string answer) =>
        GrpcStatusMapping.GuardAsync(logger, call, async () =>
        {
            await reports.AppendAsync(entries, call.CancellationToken);
            return new Response { Response_ = answer };
        });
}
