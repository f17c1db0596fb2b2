// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Storage.Tests;

public sealed class EmbeddedClientStoreTests() : ClientStoreSuite(new EmbeddedHost());
public sealed class EmbeddedModelStoreTests() : ModelStoreSuite(new EmbeddedHost());
public sealed class EmbeddedSessionStoreTests() : SessionStoreSuite(new EmbeddedHost());
public sealed class EmbeddedRoundStoreTests() : RoundStoreSuite(new EmbeddedHost());
public sealed class EmbeddedUpdateStoreTests() : UpdateStoreSuite(new EmbeddedHost());
public sealed class EmbeddedUpdateSpoolTests() : UpdateSpoolSuite(new EmbeddedHost());
public sealed class EmbeddedReportStoreTests() : ReportStoreSuite(new EmbeddedHost());
public sealed class EmbeddedSettingStoreTests() : SettingStoreSuite(new EmbeddedHost());
public sealed class EmbeddedTokenStoreTests() : TokenStoreSuite(new EmbeddedHost());
public sealed class EmbeddedModelDataStoreTests() : ModelDataStoreSuite(new EmbeddedHost());
public sealed class EmbeddedRepositoryStoreTests() : RepositoryStoreSuite(new EmbeddedHost());
public sealed class EmbeddedRepositoryMaintenanceTests() : RepositoryMaintenanceSuite(new EmbeddedHost());
public sealed class EmbeddedRepositoryTransferTests() : RepositoryTransferSuite(new EmbeddedHost());
public sealed class EmbeddedRepositoryAnnotationsTests() : RepositoryAnnotationsSuite(new EmbeddedHost());

public sealed class MemoryClientStoreTests() : ClientStoreSuite(new MemoryHost());
public sealed class MemoryModelStoreTests() : ModelStoreSuite(new MemoryHost());
public sealed class MemorySessionStoreTests() : SessionStoreSuite(new MemoryHost());
public sealed class MemoryRoundStoreTests() : RoundStoreSuite(new MemoryHost());
public sealed class MemoryUpdateStoreTests() : UpdateStoreSuite(new MemoryHost());
public sealed class MemoryUpdateSpoolTests() : UpdateSpoolSuite(new MemoryHost());
public sealed class MemoryReportStoreTests() : ReportStoreSuite(new MemoryHost());
public sealed class MemorySettingStoreTests() : SettingStoreSuite(new MemoryHost());
public sealed class MemoryTokenStoreTests() : TokenStoreSuite(new MemoryHost());
public sealed class MemoryModelDataStoreTests() : ModelDataStoreSuite(new MemoryHost());
public sealed class MemoryRepositoryStoreTests() : RepositoryStoreSuite(new MemoryHost());
public sealed class MemoryRepositoryMaintenanceTests() : RepositoryMaintenanceSuite(new MemoryHost());
public sealed class MemoryRepositoryTransferTests() : RepositoryTransferSuite(new MemoryHost());
public sealed class MemoryRepositoryAnnotationsTests() : RepositoryAnnotationsSuite(new MemoryHost());
