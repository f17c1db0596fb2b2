// SPDX-License-Identifier: Apache-2.0

namespace Tributary.MongoArchive;

/// <summary>The counts of the data read from an archive or written to one.</summary>
/// <param name="Documents">The number of documents of the repository.</param>
/// <param name="Files">The number of files.</param>
/// <param name="LeftOut">Descriptions, with counts, of the data that was left out.</param>
public sealed record ArchiveSummary(long Documents, long Files, IReadOnlyList<string> LeftOut);
