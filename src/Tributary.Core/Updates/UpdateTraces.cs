// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;

namespace Tributary.Core.Updates;

/// <summary>
/// The traces of updates: upload, submission and round are different calls, so each span links to the one before it, by the id of the upload.
/// </summary>
/// <remarks>Kept in memory and only while something listens: after a restart, a round has no links to the updates from before.</remarks>
public sealed class UpdateTraces
{
    private const int MaxRemembered = 4096;
    private const int MaxLinks = 128;

    private readonly Lock _lock = new();
    private readonly Dictionary<ModelId, ActivityContext> _contexts = [];
    private readonly Queue<ModelId> _order = [];

    /// <summary>Notes that the current span handles an upload: the next call that names the upload links to it.</summary>
    public void Note(ModelId upload)
    {
        if (TributaryDiagnostics.Source.HasListeners() && Activity.Current is { } current)
        {
            Remember(upload, current.Context);
        }
    }

    /// <summary>Starts the span of a submission, linked to the upload that it names; null while nothing listens.</summary>
    internal Activity? StartSubmission(UpdateSubmission submission)
    {
        var activity = TributaryDiagnostics.Source.StartActivity("tributary.update.submit");
        if (activity is not null)
        {
            activity.SetTag("tributary.round.id", submission.Round).SetTag("tributary.client.id", submission.Client.Value);
            if (ModelId.TryParse(submission.UploadId, out var id))
            {
                activity.SetTag("tributary.upload.id", id.Value);
                Link(activity, [id]);
            }
        }

        return activity;
    }

    /// <summary>Links a span to those of uploads or accepted updates, at most to 128 of them.</summary>
    internal void Link(Activity? activity, IEnumerable<ModelId> uploads)
    {
        if (activity is null)
        {
            return;
        }

        lock (_lock)
        {
            foreach (var upload in uploads.Take(MaxLinks))
            {
                if (_contexts.TryGetValue(upload, out var context))
                {
                    activity.AddLink(new ActivityLink(context));
                }
            }
        }
    }

    private void Remember(ModelId upload, ActivityContext context)
    {
        lock (_lock)
        {
            if (!_contexts.ContainsKey(upload))
            {
                _order.Enqueue(upload);
            }

            _contexts[upload] = context;
            if (_order.Count > MaxRemembered)
            {
                _contexts.Remove(_order.Dequeue());
            }
        }
    }
}
