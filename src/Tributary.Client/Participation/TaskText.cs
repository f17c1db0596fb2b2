// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Tributary.Protocol.Fedn;

namespace Tributary.Client.Participation;

/// <summary>The JSON texts inside the messages.</summary>
internal static class TaskText
{
    /// <summary>Reads the settings of a training task, which must name at least its round.</summary>
    /// <exception cref="CombinerException">The settings cannot be read.</exception>
    public static Dictionary<string, string> ReadSettings(TaskRequest task)
    {
        try
        {
            using var document = JsonDocument.Parse(task.Data);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                var settings = new Dictionary<string, string>();
                foreach (var property in document.RootElement.EnumerateObject())
                {
                    settings[property.Name] = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText();
                }

                return settings.ContainsKey("round_id") ? settings : throw new CombinerException(null, "The task names no round_id.");
            }
        }
        catch (JsonException)
        {
        }

        throw new CombinerException(null, "The settings of the task are no JSON object.");
    }

    /// <summary>Describes a task for the status that confirms it.</summary>
    public static string Describe(TaskRequest task) => Write(json =>
    {
        json.WriteString("modelId", task.ModelId);
        json.WriteString("data", task.Data);
        json.WriteString("correlationId", task.CorrelationId);
        json.WriteString("timestamp", task.Timestamp);
        json.WriteString("sessionId", task.SessionId);
        json.WriteString("type", task.Type == StatusType.ModelUpdate ? "MODEL_UPDATE" : "MODEL_VALIDATION");
    });

    /// <summary>Describes an update for the metadata that go along with it.</summary>
    public static string DescribeUpdate(TaskRequest task, TrainingResult result, UpdateTimes times) => Write(json =>
    {
        json.WriteNumber("exec_training", times.Training.TotalSeconds);
        json.WriteStartObject("training_metadata");
        foreach (var (key, value) in result.Metadata.Where(m => m.Key != "num_examples"))
        {
            json.WriteString(key, value);
        }

        json.WriteNumber("num_examples", result.Examples);
        json.WriteEndObject();
        json.WriteNumber("processing_time", times.Total.TotalSeconds);
        json.WriteNumber("upload_model", times.Upload.TotalSeconds);
        json.WriteNumber("fetch_model", times.Download.TotalSeconds);
        json.WriteString("config", task.Data);
    });

    /// <summary>
    /// Describes a failure: no update will come, so the round need not wait. Gives the error's name only; its text may quote data.
    /// </summary>
    public static string DescribeFailure(TaskRequest task, Exception error) => Write(json =>
    {
        json.WriteString("status", "failed");
        json.WriteString("error", error.GetType().Name);
        json.WriteString("config", task.Data);
    });

    public static string DescribeMetrics(IReadOnlyDictionary<string, double> metrics) => Write(json =>
    {
        foreach (var (key, value) in metrics)
        {
            // JSON has no NaN; the wire accepts texts as well.
            if (double.IsFinite(value))
            {
                json.WriteNumber(key, value);
            }
            else
            {
                json.WriteString(key, value.ToString(CultureInfo.InvariantCulture));
            }
        }
    });

    private static string Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}

/// <summary>The durations of the parts of a training task.</summary>
internal readonly record struct UpdateTimes(TimeSpan Download, TimeSpan Training, TimeSpan Upload, TimeSpan Total);
