import Bus
import Store
import StorePostgres
import TestKit
import Testing

@testable import MarketHistory

/// How the engines find what is read often: by an index, in the order in which it is wanted.
struct QueryPlanTests {
    struct Read: Sendable, CustomTestStringConvertible {
        let name: String
        let statement: SQL
        let arguments: [SQLValue]
        /// Which must not be read as a whole.
        let table: String
        /// Whether rows come in the order of the index.
        var isOrdered = true

        var testDescription: String { name }
    }

    private static let range: [SQLValue] = [1, 2_000_000].map { SQLValue($0) }
    private static let series = SQLValue(3)
    private static let limit = SQLValue(720)
    private static let id = SQLValue(UUIDv7(high: 1, low: 2))

    static let reads = [
        Read(
            name: "newest candles",
            statement: CandleSQL.page(.newestFirst),
            arguments: [series] + range + [limit],
            table: "ohlcv"
        ),
        Read(
            name: "oldest candles",
            statement: CandleSQL.page(.oldestFirst),
            arguments: [series] + range + [limit],
            table: "ohlcv"
        ),
        Read(
            name: "times of candles",
            statement: CandleSQL.openTimes,
            arguments: [series] + range + [limit],
            table: "ohlcv"
        ),
        Read(name: "newest candle", statement: CandleSQL.newest, arguments: [series], table: "ohlcv"),
        Read(
            name: "ends of series",
            statement: CandleSQL.ends,
            arguments: [SQLValue(0), SQLValue(1000)],
            table: "ohlcv",
            isOrdered: false
        ),
        Read(
            name: "last prices",
            statement: PriceSQL.last,
            arguments: [.text("A3-USD")],
            table: "price",
            isOrdered: false
        ),
        Read(
            name: "newest prices",
            statement: PriceSQL.page(.newestFirst),
            arguments: [series] + range + [limit],
            table: "price"
        ),
        Read(
            name: "oldest prices",
            statement: PriceSQL.page(.oldestFirst),
            arguments: [series] + range + [limit],
            table: "price"
        ),
        Read(name: "oldest price of all", statement: PriceSQL.oldest, arguments: [], table: "price"),
        Read(
            name: "series of a month",
            statement: PriceSQL.seriesWithin,
            arguments: [SQLValue(0)] + range + [limit],
            table: "price",
            isOrdered: false
        ),
        Read(
            name: "removal of prices",
            statement: PriceSQL.removeOldest,
            arguments: [series] + range + [limit],
            table: "price"
        ),
        Read(name: "newest snapshot", statement: DefiSQL.newest, arguments: [SQLValue(9000)], table: "defi_protocol"),
        Read(
            name: "snapshot",
            statement: DefiSQL.snapshot,
            arguments: [SQLValue(9000)],
            table: "defi_protocol",
            isOrdered: false
        ),
        Read(
            name: "protocol",
            statement: DefiSQL.page(.newestFirst),
            arguments: [.text("p3")] + range + [SQLValue(30), .text("c")],
            table: "defi_protocol"
        ),
        Read(
            name: "news",
            statement: NewsSQL.page,
            arguments: [SQLValue(9000), id, SQLValue(20)],
            table: "news_item"
        ),
        Read(
            name: "unscored news",
            statement: NewsSQL.unscored,
            arguments: [SQLValue(9000), id, SQLValue(20)],
            table: "news_item"
        ),
        Read(
            name: "news of a feed",
            statement: NewsSQL.ofSource,
            arguments: [SQLValue(9000), id, SQLValue(20), .text("s3")],
            table: "news_item"
        ),
        Read(
            name: "news of a coin",
            statement: NewsSQL.ofSymbol,
            arguments: [SQLValue(9000), id, SQLValue(20), .text("C3")],
            table: "news_mention"
        ),
        Read(
            name: "news of a coin and a feed",
            statement: NewsSQL.ofSymbolAndSource,
            arguments: [SQLValue(9000), id, SQLValue(20), .text("C3"), .text("s3")],
            table: "news_mention"
        ),
        Read(
            name: "mood of the news",
            statement: NewsSQL.mood,
            arguments: [SQLValue(19_900), SQLValue(19_999)],
            table: "news_item",
            isOrdered: false
        ),
        Read(name: "news by address", statement: NewsSQL.byURL, arguments: [.text("u7")], table: "news_item"),
        Read(
            name: "calls since a moment",
            statement: ProviderCallSQL.summary,
            arguments: [SQLValue(19_900), limit],
            table: "provider_call",
            isOrdered: false
        ),
    ]

    private static func explanation(_ read: Read) -> SQL {
        SQL(sqlite: "EXPLAIN QUERY PLAN " + read.statement.sqlite, postgres: "EXPLAIN " + read.statement.postgres)
    }

    @Test func `SQLite finds by an index what is read often`() async throws {
        let folder = try TemporaryFolder()
        let store = try await SQLiteStore.open(SQLiteConfig(path: folder.path("store.db")), bus: EventBus(types: []))
        for read in QueryPlanTests.reads {
            let rows = try await store.query(QueryPlanTests.explanation(read), read.arguments)
            let plan = rows.compactMap { $0[3].text }
            #expect(plan.contains { $0.hasPrefix("SEARCH") }, "\(read.name): \(plan)")
            // How statements call the tables of prices, news and mentions.
            for name in [read.table, "p", "n", "m"] {
                #expect(!plan.contains { "\($0) ".hasPrefix("SCAN \(name) ") }, "\(read.name): \(plan)")
            }
            if read.isOrdered {
                #expect(!plan.contains { $0.contains("USE TEMP B-TREE") }, "\(read.name): \(plan)")
            }
        }
        await store.close()
    }

    /// So many rows that the planner would rather not read all of them.
    private static let filling = """
        INSERT INTO market_series (pair, interval, source)
            SELECT 'A' || i || '-USD', t, 's' FROM generate_series(1, 10) AS i, (VALUES ('1h'), ('tick')) AS v (t);
        INSERT INTO ohlcv SELECT s, 0, i, 1, 1, 1, 1, 1 FROM generate_series(1, 20) AS s, generate_series(1, 5000) AS i;
        INSERT INTO price SELECT s, i, i, 1 FROM generate_series(1, 20) AS s, generate_series(1, 5000) AS i;
        INSERT INTO defi_protocol SELECT 'p' || p, i, 'c', 'n', 1
            FROM generate_series(1, 20) AS p, generate_series(1, 1000) AS i;
        INSERT INTO news_item SELECT gen_random_uuid(), 'u' || i, 't', 'c', 's' || i % 20, i, i, NULL, NULL, NULL
            FROM generate_series(1, 20000) AS i;
        INSERT INTO news_mention SELECT 'C' || s, published_at, id FROM news_item, generate_series(1, 5) AS s;
        INSERT INTO provider_call (called_at, provider, category, endpoint, status, is_success, latency_us)
            SELECT i, 'p', 'c', 'e', '200', 1, 1 FROM generate_series(1, 20000) AS i;
        ANALYZE;
        """

    @Test(.enabled(if: PostgresCluster.isInstalled, "PostgreSQL is not installed"))
    func `PostgreSQL finds by an index what is read often`() async throws {
        let cluster = try PostgresCluster.shared.get()
        let database = try await cluster.makeDatabase()
        _ = try await PostgresCluster.blocking { try cluster.sql(QueryPlanTests.filling, in: database.database) }
        let store = try await PostgresStore.open(database, bus: EventBus(types: []))
        for read in QueryPlanTests.reads {
            let rows = try await store.query(QueryPlanTests.explanation(read), read.arguments)
            let plan = rows.compactMap { $0[0].text }
            #expect(!plan.contains { $0.contains("Seq Scan on \(read.table)") }, "\(read.name): \(plan)")
            #expect(plan.contains { $0.contains("Index Cond") }, "\(read.name): \(plan)")
            if read.isOrdered { #expect(!plan.contains { $0.contains("Sort") }, "\(read.name): \(plan)") }
        }
        await store.close()
    }
}
