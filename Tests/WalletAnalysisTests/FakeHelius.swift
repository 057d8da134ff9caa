import Bus
import Foundation
import HTTPClient
import JSON
import TestKit
import Threading

/// Stands in for Helius: one wallet's rows, the newest first, in pages.
final class FakeHelius: Sendable {
    static let wallet = "9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin"

    struct State: Sendable {
        var rows: [JSONValue]
        /// Answered with this instead, from the given request on.
        var failing: (from: Int, status: Int)?
        var asked = 0
    }

    let state: Mutex<State>

    init(_ rows: [JSONValue] = []) { state = Mutex(State(rows: rows)) }

    func fail(from request: Int = 0, status: Int = 503) {
        state.withLock { $0.failing = ($0.asked + request, status) }
    }

    func recover() { state.withLock { $0.failing = nil } }

    var transport: ScriptedTransport {
        ScriptedTransport { [self] request in .success(answer(request)) }
    }

    func answer(_ request: HTTPRequest) -> HTTPResponse {
        let items = URLComponents(string: request.url)?.queryItems ?? []
        let query = Dictionary(items.map { ($0.name, $0.value ?? "") }) { first, _ in first }
        return state.withLock { state in
            defer { state.asked += 1 }
            if let failing = state.failing, state.asked >= failing.from { return HTTPResponse(status: failing.status) }
            guard query["api-key"] == "secret" else { return HTTPResponse(status: 401) }
            let count = query["limit"].flatMap { Int($0) } ?? 100
            var rows = state.rows[...]
            if query["sort-order"] == "asc" { rows = ArraySlice(rows.reversed()) }
            if let before = query["before-signature"] {
                rows = rows.drop { $0["signature"]?.string != before }.dropFirst()
            }
            return HTTPResponse(status: 200, body: JSONValue.array(Array(rows.prefix(count))).bytes)
        }
    }

    /// A swap of one SOL for a token, or back for so many lamports.
    static func swap(_ index: Int, at seconds: Int64, token: String, lamports: Int64, isBuy: Bool) -> JSONValue {
        let native: JSONValue = ["account": .string(wallet), "amount": .string("\(lamports)")]
        let tokens: JSONValue = [
            [
                "userAccount": .string(wallet), "tokenAccount": "a", "mint": .string(token),
                "rawTokenAmount": ["tokenAmount": "5000000", "decimals": 6],
            ]
        ]
        return [
            "signature": .string("sig\(index)"), "slot": .int(Int64(index)), "timestamp": .int(seconds),
            "type": "SWAP", "fee": 5000, "feePayer": .string(wallet), "transactionError": .null,
            "events": [
                "swap": [
                    "nativeInput": isBuy ? native : .null, "nativeOutput": isBuy ? .null : native,
                    "tokenInputs": isBuy ? [] : tokens, "tokenOutputs": isBuy ? tokens : [],
                ]
            ],
        ]
    }

    /// Purchases and sales in turn, each pair with a profit or a loss, the newest first.
    ///
    /// - Parameters:
    ///   - trades: pairs of them.
    ///   - end: when the last one was.
    ///   - spacing: seconds between two transactions.
    ///   - sells: what a sale of what has cost one SOL brings, in lamports.
    /// - Returns: the rows of pages.
    static func trades(_ trades: Int, until end: Timestamp, spacing: Int64 = 60, sells: Int64) -> [JSONValue] {
        let count = trades * 2
        let last = end.milliseconds / 1000
        return (0..<count).reversed().map { index in
            swap(
                index,
                at: last - Int64(count - 1 - index) * spacing,
                token: "Token\(index / 2 % 300)",
                lamports: index % 2 == 0 ? 1_000_000_000 : sells,
                isBuy: index % 2 == 0
            )
        }
    }
}
