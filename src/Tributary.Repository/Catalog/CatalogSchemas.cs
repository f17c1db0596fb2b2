// SPDX-License-Identifier: Apache-2.0

using Tributary.Repository.Documents;

namespace Tributary.Repository.Catalog;

/// <summary>What version 2 takes in.</summary>
internal static class CatalogSchemas
{
    public static DocumentSchema Tags { get; } = new("Tags", new Field("tags", FieldType.ListOf(FieldType.Text)) { IsRequired = true });

    public static DocumentSchema Stage { get; } = new("Stage", new Field("stage", FieldType.Text));
}
