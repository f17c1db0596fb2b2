// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Tributary.Testing;

/// <summary>A factory of meters that records what their instruments measure, as <c>name{tags} value</c>.</summary>
public sealed class MeterProbe : IMeterFactory
{
    private readonly ConcurrentQueue<string> _measured = [];
    private readonly ConcurrentDictionary<Meter, bool> _meters = [];
    private readonly MeterListener _listener = new();

    public MeterProbe()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (_meters.ContainsKey(instrument.Meter))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>(Record);
        _listener.SetMeasurementEventCallback<long>(Record);
        _listener.SetMeasurementEventCallback<double>(Record);
        _listener.Start();
    }

    public Meter Create(MeterOptions options)
    {
        var meter = new Meter(options);
        _meters[meter] = true;
        return meter;
    }

    /// <summary>What was measured since the last call, the gauges as they stand now.</summary>
    public IReadOnlyList<string> Collect()
    {
        _listener.RecordObservableInstruments();
        var measured = _measured.ToList();
        _measured.Clear();
        return measured;
    }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var meter in _meters.Keys)
        {
            meter.Dispose();
        }
    }

    private void Record<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
        where T : IFormattable
    {
        var labels = string.Join(",", tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
        _measured.Enqueue($"{instrument.Name}{(labels.Length > 0 ? $"{{{labels}}}" : "")} {value.ToString("0.######", System.Globalization.CultureInfo.InvariantCulture)}");
    }
}
