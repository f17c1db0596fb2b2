// SPDX-License-Identifier: Apache-2.0

namespace Tributary.MongoArchive;

/// <summary>The counts of what has been read from an archive, or written into one.</summary>
/// <param name="Documents">The number of documents of the repository.</param>
/// <param name="Files">The number of files.</param>
/// <param name="LeftOut">What the archive holds besides, with counts.</param>
public sealed record ArchiveSummary(long Documents, long Files, IReadOnlyList<string> LeftOut);
