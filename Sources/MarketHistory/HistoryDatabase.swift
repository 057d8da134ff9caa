import Bus
import Store

/// The store as the repositories use it: their units, their statements, and what their failures become.
struct HistoryDatabase: Sendable {
    let store: any Storage
    private let author = Incarnation(of: "history")

    init(_ store: any Storage) { self.store = store }

    var dialect: SQLDialect { store.dialect }

    func commit<Value: Sendable>(
        _ body: @escaping @Sendable (inout Transaction) throws -> Value
    ) async throws(HistoryError) -> Value {
        do {
            return try await store.commit(by: author, body).value
        } catch {
            throw HistoryError(error)
        }
    }

    func query(
        _ statement: SQL,
        _ arguments: [SQLValue] = [],
        limit: Int = 10_000
    ) async throws(HistoryError) -> [SQLRow] {
        do throws(StoreError) {
            return try await store.query(statement, arguments, limit: limit)
        } catch {
            throw .store(error)
        }
    }

    @discardableResult
    func run(_ statement: SQL, _ arguments: [SQLValue] = []) async throws(HistoryError) -> [SQLRow] {
        do throws(StoreError) {
            return try await store.run(statement, arguments)
        } catch {
            throw .store(error)
        }
    }
}

extension Transaction {
    /// Runs any number of statements that do not need each other's answers, in groups.
    mutating func runAll(_ statements: [BoundStatement]) throws(StoreError) -> [StatementAnswer] {
        var answers: [StatementAnswer] = []
        answers.reserveCapacity(statements.count)
        var rest = statements[...]
        while !rest.isEmpty {
            answers += try run(Array(rest.prefix(64)))
            rest = rest.dropFirst(64)
        }
        return answers
    }
}
