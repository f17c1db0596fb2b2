// SPDX-License-Identifier: Apache-2.0

using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Tributary.Core;
using Tributary.Core.Reports;
using Tributary.Protocol.Fedn;

namespace Tributary.Combiner.Reports;

/// <summary>
/// The conversion of clients' reports from the wire's types to the domain's. Odd content is accepted, since clients do not survive a
/// refusal; a key that cannot be stored is refused.
/// </summary>
internal static class ReportConversion
{
    private static readonly EnumDescriptor Levels = FednReflection.Descriptor.FindTypeByName<EnumDescriptor>("LogLevel");
    private static readonly EnumDescriptor Types = FednReflection.Descriptor.FindTypeByName<EnumDescriptor>("StatusType");
    private static readonly EnumDescriptor Roles = FednReflection.Descriptor.FindTypeByName<EnumDescriptor>("Role");

    public static StatusReport ToReport(Status status, IdSource ids, TimeProvider time) => new()
    {
        Id = ids.Next(),
        Status = status.Status_,
        LogLevel = Word(Levels, (int)status.LogLevel),
        Type = Word(Types, (int)status.Type),
        Data = status.Data,
        Extra = status.Extra,
        CorrelationId = status.CorrelationId,
        Session = status.SessionId,
        Sender = ToSender(status.Sender),
        At = ToTime(status.Timestamp, time),
    };

    public static ValidationReport ToReport(ModelValidation validation, IdSource ids, TimeProvider time) => new()
    {
        Id = ids.Next(),
        Model = validation.ModelId,
        Data = validation.Data,
        CorrelationId = validation.CorrelationId,
        Session = validation.SessionId,
        Meta = validation.Meta,
        Sender = ToSender(validation.Sender),
        Receiver = ToSender(validation.Receiver),
        At = ToTime(validation.Timestamp, time),
    };

    public static IReadOnlyList<ValueReport> ToReports(ModelMetric metric, IdSource ids, TimeProvider time) =>
    [
        .. metric.Metrics.Select(m => new ValueReport
        {
            Id = ids.Next(),
            Kind = ValueKind.Metric,
            Key = m.Key,
            Number = m.Value,
            Step = metric.Step,
            Model = metric.ModelId,
            Round = metric.RoundId,
            Session = metric.SessionId,
            Sender = ToSender(metric.Sender),
            At = ToTime(metric.Timestamp, time),
        }),
    ];

    public static IReadOnlyList<ValueReport> ToReports(AttributeMessage message, IdSource ids, TimeProvider time) =>
    [
        .. message.Attributes.Select(a => new ValueReport
        {
            Id = ids.Next(),
            Kind = ValueKind.Attribute,
            Key = a.Key,
            Text = a.Value,
            Sender = ToSender(message.Sender),
            At = ToTime(message.Timestamp, time),
        }),
    ];

    public static IReadOnlyList<ValueReport> ToReports(TelemetryMessage message, IdSource ids, TimeProvider time) =>
    [
        .. message.Telemetries.Select(t => new ValueReport
        {
            Id = ids.Next(),
            Kind = ValueKind.Telemetry,
            Key = t.Key,
            Number = t.Value,
            Sender = ToSender(message.Sender),
            At = ToTime(message.Timestamp, time),
        }),
    ];

    private static ReportSender? ToSender(Client? client) =>
        client is null ? null : new ReportSender(client.Name, Word(Roles, (int)client.Role), client.ClientId);

    private static string Word(EnumDescriptor words, int number) => words.FindValueByNumber(number)?.Name ?? FormattableString.Invariant($"{number}");

    private static DateTimeOffset ToTime(Timestamp? timestamp, TimeProvider time)
    {
        // Years 1 to 9999, the range of the type; a client can send any number.
        const long First = -62135596800;
        const long Last = 253402300799;
        return timestamp is { Seconds: >= First and <= Last, Nanos: >= 0 and <= 999_999_999 } ? timestamp.ToDateTimeOffset() : time.GetUtcNow();
    }
}
