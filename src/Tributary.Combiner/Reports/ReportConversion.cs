// SPDX-License-Identifier: Apache-2.0

using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Tributary.Core;
using Tributary.Core.Reports;
using Tributary.Hosting.Grpc;
using Tributary.Protocol.Fedn;

namespace Tributary.Combiner.Reports;

/// <summary>
/// The conversion of clients' reports from the wire's types to the domain's. Odd content is accepted, since clients do not survive a
/// refusal, and long texts are cut; what would be wrong if it were cut is refused.
/// </summary>
internal static class ReportConversion
{
    /// <summary>The maximum number of values in a message.</summary>
    public const int MaxValues = 10_000;

    private const int MaxTextCharacters = 64 << 10;
    private const int MaxDataCharacters = 1 << 20;

    private static readonly EnumDescriptor Levels = FednReflection.Descriptor.FindTypeByName<EnumDescriptor>("LogLevel");
    private static readonly EnumDescriptor Types = FednReflection.Descriptor.FindTypeByName<EnumDescriptor>("StatusType");
    private static readonly EnumDescriptor Roles = FednReflection.Descriptor.FindTypeByName<EnumDescriptor>("Role");

    public static StatusReport ToReport(Status status, IdSource ids, TimeProvider time) => new()
    {
        Id = ids.Next(),
        Status = Text(status.Status_),
        LogLevel = Word(Levels, (int)status.LogLevel),
        Type = Word(Types, (int)status.Type),
        Data = Text(status.Data),
        Extra = Text(status.Extra),
        CorrelationId = Name(status.CorrelationId),
        Session = Name(status.SessionId),
        Sender = ToSender(status.Sender),
        At = ToTime(status.Timestamp, time),
    };

    public static ValidationReport ToReport(ModelValidation validation, IdSource ids, TimeProvider time) => new()
    {
        Id = ids.Next(),
        Model = Name(validation.ModelId),
        Data = validation.Data.Length <= MaxDataCharacters ? validation.Data
            : throw GrpcError.Invalid(FormattableString.Invariant($"data has {validation.Data.Length} characters; expected at most {MaxDataCharacters}")),
        CorrelationId = Name(validation.CorrelationId),
        Session = Name(validation.SessionId),
        Meta = Text(validation.Meta),
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
            Key = Key(m.Key),
            Number = m.Value,
            Step = metric.Step,
            Model = Name(metric.ModelId),
            Round = Name(metric.RoundId),
            Session = Name(metric.SessionId),
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
            Key = Key(a.Key),
            Text = Text(a.Value),
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
            Key = Key(t.Key),
            Number = t.Value,
            Sender = ToSender(message.Sender),
            At = ToTime(message.Timestamp, time),
        }),
    ];

    private static string Text(string text) => FreeText.Cut(text, MaxTextCharacters);

    private static string Name(string text) => FreeText.Cut(text, FreeText.MaxNameCharacters);

    private static string Key(string key) => key.Length <= FreeText.MaxNameCharacters ? key
        : throw GrpcError.Invalid(FormattableString.Invariant($"key has {key.Length} characters; expected at most {FreeText.MaxNameCharacters}"));

    private static ReportSender? ToSender(Client? client) =>
        client is null ? null : new ReportSender(Name(client.Name), Word(Roles, (int)client.Role), Name(client.ClientId));

    private static string Word(EnumDescriptor words, int number) => words.FindValueByNumber(number)?.Name ?? FormattableString.Invariant($"{number}");

    private static DateTimeOffset ToTime(Timestamp? timestamp, TimeProvider time)
    {
        // Years 1 to 9999, the range of the type; a client can send any number.
        const long First = -62135596800;
        const long Last = 253402300799;
        return timestamp is { Seconds: >= First and <= Last, Nanos: >= 0 and <= 999_999_999 } ? timestamp.ToDateTimeOffset() : time.GetUtcNow();
    }
}
