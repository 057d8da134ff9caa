/// One step of the schema, in both dialects side by side so that they cannot drift.
///
/// Forward only, and never edited after release: each is applied once and recorded with its checksum.
package struct Migration: Hashable, Sendable {
    /// `NNNN-what-it-does`; their order is the order in which they are applied.
    package let id: String
    package let sqlite: String
    package let postgres: String

    package init(id: String, sqlite: String, postgres: String) {
        self.id = id
        self.sqlite = sqlite
        self.postgres = postgres
    }

    /// All of them, in order.
    package static let all: [Migration] = [
        .createEventLog, .createActivityLog, .createSettings, .createJobs, .createWorkflows, .createSchedules,
        .createMessageQueues, .createIdentity, .createLimits, .createWebhooks, .createCredits, .pauseSpending,
        .createPriceHistory, .createMarketHistory, .nameCoinsInNews, .noteCandleCoverage,
        .createSegments, .createProviderProposals, .createGovernance, .createWalletOracle,
        .indexOracleLists, .createFilms,
    ]

    /// Tells whether either dialect's text has changed (FNV-1a, 64 bits, in hexadecimal).
    package var checksum: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for text in [id, sqlite, postgres] {
            for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            hash = hash &* 0x100_0000_01b3
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// A migration that a database says it has.
package struct AppliedMigration: Hashable, Sendable {
    package let id: String
    package let checksum: String

    package init(id: String, checksum: String) {
        self.id = id
        self.checksum = checksum
    }
}

/// What has to be done to a database before this program can use it.
package struct MigrationPlan {
    /// Those still to apply, in order.
    package let pending: ArraySlice<Migration>
    /// Whether there is anything worth a backup.
    package let isFreshDatabase: Bool

    /// - Throws: `StoreError` with `.schemaTooNew` naming the migrations that this program does not know, or with
    ///   `.schemaChanged` naming the first that differs.
    package init(known: [Migration], applied: [AppliedMigration]) throws(StoreError) {
        let names = Set(known.map(\.id))
        let unknown = applied.map(\.id).filter { !names.contains($0) }
        guard unknown.isEmpty else { throw StoreError(.schemaTooNew, unknown.joined(separator: ", ")) }
        for (migration, done) in zip(known, applied)
        where (migration.id, migration.checksum) != (done.id, done.checksum) {
            throw StoreError(.schemaChanged, done.id)
        }
        pending = known[applied.count...]
        isFreshDatabase = applied.isEmpty
    }
}
