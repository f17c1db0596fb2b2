// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Reports;

/// <summary>A listener that is told of reports once they are durable.</summary>
public interface IReportListener
{
    /// <summary>Takes note of recorded reports. Returns at once.</summary>
    void Recorded(IReadOnlyList<Report> reports);
}
