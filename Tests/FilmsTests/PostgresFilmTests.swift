import Store
import StorePostgres
import TestKit
import Testing

@Suite(.serialized, .enabled(if: PostgresCluster.isInstalled, "PostgreSQL is not installed"))
struct PostgresFilmTests {
    @Test(arguments: FilmContract.checks)
    func `PostgreSQL keeps the contract of films`(check: FilmContract.Check) async throws {
        let database = try await PostgresCluster.shared.get().makeDatabase()
        let contract = FilmContract { bus, now in
            try await PostgresStore.open(database, bus: bus, now: now)
        }
        try await contract.run(check)
    }
}
