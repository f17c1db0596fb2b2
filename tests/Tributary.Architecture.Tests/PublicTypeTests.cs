// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Architecture.Tests;

/// <summary>Roles and connectors show their registration and what the host needs; the rest is their own.</summary>
public sealed class PublicTypeTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Tributary"] = ["Program"],
        ["Tributary.Combiner"] = ["CombinerExtensions"],
        ["Tributary.Controller"] = ["ControllerExtensions"],
        ["Tributary.Hosting"] =
        [
            "AccessAction", "AccessControlExtensions", "AccessRequirement", "AccessRequirementExtensions", "AllowedHosts", "AuthenticationOptions",
            "BasicSettings", "BoundedBody", "CertificateSettings", "CertificatesSettings", "ClientCertificateMode", "CollectionRefusal", "ConsoleExtensions", "CutFormException",
            "EndpointCatalog", "ErrorDialect", "ErrorHandling", "ErrorWriter", "GrpcAccess", "GrpcError", "GrpcExtensions", "GrpcOptions", "JwtSettings", "Listener", "MultipartForm",
            "PasswordHash", "PrincipalExtensions", "PrincipalSettings", "ReadinessExtensions", "Refusal", "RefusalReason", "Resource", "SettingNames",
            "SwaggerPages", "TelemetryExtensions", "TlsExtensions", "TlsOptions", "TokenSettings", "UserSettings",
        ],
        ["Tributary.MongoArchive"] = ["ArchiveCompression", "ArchiveSummary", "IDocumentMapping", "MongodumpArchive"],
        ["Tributary.Repository"] = ["ArchivedDocuments", "CheckedLoad", "RepositoryExtensions"],
        ["Tributary.Storage"] = ["AtomicFile", "DataFolder", "StorageServiceCollectionExtensions"],
    };

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void PublicTypes_AreOnTheList(string project)
    {
        var types = Assembly.Load(project).GetExportedTypes().Where(t => !t.IsNested).Select(t => t.Name);

        Assert.Equal(Allowed[project], types.Order(StringComparer.Ordinal));
    }
}
