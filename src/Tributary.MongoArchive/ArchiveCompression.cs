// SPDX-License-Identifier: Apache-2.0

namespace Tributary.MongoArchive;

/// <summary>The compression of an archive.</summary>
public enum ArchiveCompression
{
    /// <summary>The archive is not compressed.</summary>
    None,

    /// <summary>The archive is compressed by gzip, as with <c>mongodump --gzip</c>.</summary>
    Gzip,
}
