// SPDX-License-Identifier: Apache-2.0

namespace Tributary.MongoArchive;

/// <summary>The compression of an archive.</summary>
public enum ArchiveCompression
{
    /// <summary>No compression.</summary>
    None,

    /// <summary>Compression by gzip, as with <c>mongodump --gzip</c>.</summary>
    Gzip,
}
