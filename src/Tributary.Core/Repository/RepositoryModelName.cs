// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Repository;

/// <summary>The name that sessions use for a model of the repository: <c>repository:name/version</c>.</summary>
/// <param name="Name">The name of the model, which may contain slashes; the version may not.</param>
/// <param name="Version">The version of the model.</param>
public readonly record struct RepositoryModelName(string Name, string Version)
{
    public const string Prefix = "repository:";

    /// <summary>The form of a valid name, for error messages.</summary>
    public const string Expected = "repository:name/version";

    public RepositoryKey Key => RepositoryKey.Of(Name, Version);

    /// <summary>Parses a name; returns false when the text does not have its form.</summary>
    public static bool TryParse(string? text, out RepositoryModelName name)
    {
        var rest = text is not null && text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..] : "";
        var slash = rest.LastIndexOf('/');
        name = slash > 0 && slash < rest.Length - 1 ? new(rest[..slash], rest[(slash + 1)..]) : default;
        return name.Name is not null;
    }

    public override string ToString() => $"{Prefix}{Name}/{Version}";
}
