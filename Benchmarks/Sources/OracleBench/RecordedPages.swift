import Bus
import HTTPClient
import JSON

/// The pages of one wallet as the service would send them, made beforehand; the way there costs nothing.
struct RecordedPages: HTTPTransport {
    static let wallet = "9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin"
    private static let rowsPerPage = 100

    let rowCount: Int
    private let pages: [[UInt8]]
    /// Which page comes after a signature.
    private let places: [String: Int]

    /// - Parameters:
    ///   - rows: purchases and sales in turn, one every fifty seconds.
    ///   - end: when the last one was.
    init(rows: Int, until end: Timestamp) {
        var pages: [[UInt8]] = []
        var places: [String: Int] = [:]
        for start in stride(from: 0, to: rows, by: Self.rowsPerPage) {
            let numbers = start..<min(rows, start + Self.rowsPerPage)
            let page = numbers.map { Self.row(rows - 1 - $0, at: end.milliseconds / 1000 - Int64($0) * 50) }
            pages.append(JSONValue.array(page).bytes)
            places["sig\(rows - numbers.upperBound)"] = pages.count
        }
        pages.append(Array("[]".utf8))
        rowCount = rows
        self.pages = pages
        self.places = places
    }

    /// A swap of one SOL for a token, or back for a little more.
    private static func row(_ index: Int, at seconds: Int64) -> JSONValue {
        let isBuy = index % 2 == 0
        let native: JSONValue = [
            "account": .string(wallet), "amount": .string(isBuy ? "1000000000" : "1100000000"),
        ]
        let tokens: JSONValue = [
            [
                "userAccount": .string(wallet), "tokenAccount": "a", "mint": .string("Token\(index / 2 % 300)"),
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

    func send(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPResponse {
        let before = request.url.split(separator: "before-signature=").dropFirst().last.map(String.init)
        return HTTPResponse(status: 200, body: pages[before.flatMap { places[$0] } ?? 0])
    }

    func stream(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPStreamedResponse {
        throw HTTPClientError(.invalidRequest, "pages are read whole")
    }
}
