// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Tributary.Numerics.Formats;
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;
using Tributary.Protocol.Fedn;
using Status = Tributary.Protocol.Fedn.Status;

namespace Tributary.Client.Participation;

/// <summary>The worker that does one task after the other: downloads the model, runs the trainer or validator, sends the result.</summary>
internal sealed class TaskWorker(
    CombinerConnection combiner, TaskInbox inbox, ITrainer trainer, IValidator? validator, ParticipantOptions options, string helper)
{
    /// <summary>Works until cancelled. A task that fails is reported, and the next one is taken.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var task in inbox.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            await HandleAsync(task, cancellationToken).ConfigureAwait(false);
            inbox.Done(task);
        }
    }

    private async Task HandleAsync(TaskRequest task, CancellationToken cancellationToken)
    {
        await TellAsync(task, LogLevel.Audit, "Received request from combiner.", TaskText.Describe(task), cancellationToken).ConfigureAwait(false);
        switch (task.Type)
        {
            case StatusType.ModelUpdate:
                await GuardAsync(TaskKind.Training, task, TrainAsync, cancellationToken).ConfigureAwait(false);
                break;
            case StatusType.ModelValidation when validator is not null:
                await GuardAsync(TaskKind.Validation, task, ValidateAsync, cancellationToken).ConfigureAwait(false);
                break;
            default:
                // Other kinds of tasks are for other kinds of clients.
                break;
        }
    }

    private async Task GuardAsync(
        TaskKind kind, TaskRequest task, Func<TaskRequest, CancellationToken, Task<string>> work, CancellationToken cancellationToken)
    {
        var round = "";
        try
        {
            round = kind == TaskKind.Training ? RoundOf(task) : "";
            options.Progress?.Report(new ParticipantEvent.TaskStarted(kind, task.ModelId, round));
            var answer = await work(task, cancellationToken).ConfigureAwait(false);
            options.Progress?.Report(new ParticipantEvent.TaskCompleted(kind, task.ModelId, round, answer));
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            // Only the name of the error goes to the server; its text stays here, since it may quote data.
            var text = $"Client {options.Name} failed to complete model {(kind == TaskKind.Training ? "update" : "validation")}.";
            await TellAsync(task, LogLevel.Error, text, error.GetType().Name, cancellationToken).ConfigureAwait(false);
            if (kind == TaskKind.Training && round.Length > 0)
            {
                await TellFailureAsync(task, error, cancellationToken).ConfigureAwait(false);
            }

            options.Progress?.Report(new ParticipantEvent.TaskFailed(kind, task.ModelId, round, error));
        }
    }

    /// <summary>
    /// Reports a failure so that the round does not wait for this client. If the combiner refuses the report, the round waits.
    /// </summary>
    private async Task TellFailureAsync(TaskRequest task, Exception error, CancellationToken cancellationToken)
    {
        try
        {
            await combiner.SendUpdateAsync(Update(task, "", TaskText.DescribeFailure(task, error)), cancellationToken).ConfigureAwait(false);
        }
        catch (CombinerException)
        {
        }
    }

    private async Task<string> TrainAsync(TaskRequest task, CancellationToken cancellationToken)
    {
        var time = options.TimeProvider;
        var began = time.GetTimestamp();
        var settings = TaskText.ReadSettings(task);
        var codec = Codec(settings.GetValueOrDefault("helper_type"));
        using var model = await FetchAsync(task.ModelId, codec, cancellationToken).ConfigureAwait(false);
        var download = time.GetElapsedTime(began);
        await TellAsync(task, LogLevel.Info, $"Starting processing of training request. Model id: {task.ModelId}", "", cancellationToken).ConfigureAwait(false);

        var trainingBegan = time.GetTimestamp();
        var result = await trainer.TrainAsync(
            new TrainingTask
            {
                Parameters = model,
                ModelId = task.ModelId,
                RoundId = settings["round_id"],
                SessionId = task.SessionId,
                RoundConfig = settings,
            },
            cancellationToken).ConfigureAwait(false) ?? throw new InvalidOperationException("The trainer returned no result.");
        var training = time.GetElapsedTime(trainingBegan);

        var uploadBegan = time.GetTimestamp();
        var updateId = Guid.NewGuid().ToString();
        using (result.Parameters)
        {
            await UploadAsync(updateId, result.Parameters, codec, cancellationToken).ConfigureAwait(false);
        }

        var times = new UpdateTimes(download, training, time.GetElapsedTime(uploadBegan), time.GetElapsedTime(began));
        var update = Update(task, updateId, TaskText.DescribeUpdate(task, result, times));
        var answer = (await combiner.SendUpdateAsync(update, cancellationToken).ConfigureAwait(false)).Response_;
        if (answer.StartsWith("REFUSED", StringComparison.Ordinal))
        {
            throw new CombinerException(null, answer);
        }

        await SendMetricsAsync(task, settings["round_id"], result.Metrics, cancellationToken).ConfigureAwait(false);
        await TellAsync(task, LogLevel.Audit, "Model update completed.", "", cancellationToken).ConfigureAwait(false);
        return answer;
    }

    private async Task<string> ValidateAsync(TaskRequest task, CancellationToken cancellationToken)
    {
        await TellAsync(task, LogLevel.Info, $"Processing validate request. Model id: {task.ModelId}", "", cancellationToken).ConfigureAwait(false);
        using var model = await FetchAsync(task.ModelId, Codec(null), cancellationToken).ConfigureAwait(false);
        var metrics = await validator!.ValidateAsync(
            new ValidationTask { Parameters = model, ModelId = task.ModelId, SessionId = task.SessionId }, cancellationToken).ConfigureAwait(false);
        if (metrics is null)
        {
            return "";
        }

        var validation = new ModelValidation
        {
            Sender = combiner.Identity,
            Receiver = Receiver(task),
            ModelId = task.ModelId,
            Data = TaskText.DescribeMetrics(metrics),
            CorrelationId = task.CorrelationId,
            SessionId = task.SessionId,
            Timestamp = combiner.Now,
        };
        var answer = await combiner.SendValidationAsync(validation, cancellationToken).ConfigureAwait(false);
        await TellAsync(task, LogLevel.Audit, "Model validation completed.", "", cancellationToken).ConfigureAwait(false);
        return answer.Response_;
    }

    private async Task<ParameterSet> FetchAsync(string modelId, IParameterCodec codec, CancellationToken cancellationToken)
    {
        using var file = new TemporaryFile(options.TemporaryFolder);
        await combiner.DownloadAsync(modelId, file.Path, cancellationToken).ConfigureAwait(false);
        using var source = ByteSource.FromFile(file.Path);
        using var reader = codec.Open(source, DecodeLimits.Default);
        var parameters = ParameterSet.Allocate(reader.Layout);
        try
        {
            reader.ReadInto(parameters, DecodeOptions.Default, cancellationToken);
            return parameters;
        }
        catch
        {
            parameters.Dispose();
            throw;
        }
    }

    private async Task UploadAsync(string modelId, ParameterSet parameters, IParameterCodec codec, CancellationToken cancellationToken)
    {
        // Encoded once: every try sends the same bytes, as the same id demands.
        using var file = new TemporaryFile(options.TemporaryFolder);
        var stream = TemporaryFile.Create(file.Path);
        await using (stream.ConfigureAwait(false))
        {
            codec.Write(parameters, stream, cancellationToken);
        }

        await combiner.UploadAsync(modelId, file.Path, cancellationToken).ConfigureAwait(false);
    }

    private async Task SendMetricsAsync(TaskRequest task, string round, IReadOnlyDictionary<string, double> metrics, CancellationToken cancellationToken)
    {
        if (metrics.Count == 0)
        {
            return;
        }

        var message = new ModelMetric
        {
            Sender = combiner.Identity,
            Timestamp = combiner.Now,
            ModelId = task.ModelId,
            RoundId = round,
            SessionId = task.SessionId,
        };
        message.Metrics.AddRange(metrics.Select(m => new MetricElem { Key = m.Key, Value = (float)m.Value }));
        await combiner.SendMetricAsync(message, cancellationToken).ConfigureAwait(false);
    }

    private ModelUpdate Update(TaskRequest task, string updateId, string meta) => new()
    {
        Sender = combiner.Identity,
        Receiver = Receiver(task),
        ModelId = task.ModelId,
        ModelUpdateId = updateId,
        Timestamp = options.TimeProvider.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture),
        Meta = meta,
    };

    private Task TellAsync(TaskRequest task, LogLevel level, string text, string data, CancellationToken cancellationToken) =>
        combiner.SendStatusAsync(
            new Status { Status_ = text, LogLevel = level, Type = task.Type, Data = data, SessionId = task.SessionId }, cancellationToken);

    // A round names the helper that makes its models; other tasks use that of the assignment.
    private IParameterCodec Codec(string? named) => (named is { Length: > 0 } ? named : helper) switch
    {
        "binaryhelper" => ParameterCodecs.Get("raw-float64"),
        "androidhelper" => ParameterCodecs.Get("raw-float32"),
        _ => ParameterCodecs.Get("npz"),
    };

    private static Protocol.Fedn.Client Receiver(TaskRequest task) => new()
    {
        Name = task.Sender?.Name ?? "",
        Role = task.Sender?.Role ?? Role.Combiner,
    };

    private static string RoundOf(TaskRequest task)
    {
        try
        {
            return TaskText.ReadSettings(task)["round_id"];
        }
        catch (CombinerException)
        {
            return "";
        }
    }
}
