// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Reports;

/// <summary>Hears of reports once they are durable.</summary>
public interface IReportListener
{
    /// <summary>Reports have been recorded. Returns at once.</summary>
    void Recorded(IReadOnlyList<Report> reports);
}
