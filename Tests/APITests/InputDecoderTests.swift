import Domain
import JSON
import Testing

@testable import API

/// Reading what strangers send, and telling them all that is wrong with it.
struct InputDecoderTests {
    private struct Order: Codable, Equatable {
        var name: String
        var count: Int
        var ratio: Double?
        var isUrgent: Bool?
        var interval: CandleInterval
        var tags: [String]
        var place: Place

        struct Place: Codable, Equatable {
            var row: UInt8
        }
    }

    private func faults(_ text: String) -> [String] {
        do {
            _ = try InputDecoder.decode(Order.self, from: JSONValue(parsing: Array(text.utf8)))
            return []
        } catch let error as APIError {
            #expect(error.code == .invalidInput)
            return error.faults.map { "\($0.field) \($0.message)" }
        } catch {
            return ["\(error)"]
        }
    }

    private let whole = #"{"name":"a","count":3,"interval":"1m","tags":["x"],"place":{"row":7}}"#

    @Test func `a whole input becomes a value`() throws {
        let order = try InputDecoder.decode(Order.self, from: JSONValue(parsing: Array(whole.utf8)))
        #expect(order == Order(name: "a", count: 3, interval: try minute(), tags: ["x"], place: .init(row: 7)))
    }

    private func minute() throws -> CandleInterval { try #require(CandleInterval(rawValue: "1m")) }

    @Test func `everything that is wrong is listed at once`() {
        let found = faults(
            #"{"name":4,"cuont":3,"ratio":"x","interval":"2y","tags":["x",1],"place":{"row":300,"column":1}}"#
        )
        #expect(
            found == [
                "name must be a text", "count is missing", "ratio must be a number",
                "interval must be one of \(CandleInterval.allCases.map(\.rawValue).joined(separator: ", "))",
                "tags[1] must be a text", "place.row must be a whole number", "place.column is not known here",
                "cuont is not known here",
            ]
        )
    }

    @Test(arguments: ["[]", "3", #""text""#, "null"])
    func `what is no object is one fault`(text: String) {
        #expect(faults(text).first == "body must be an object")
    }

    @Test func `nothing of a list is taken for a value`() {
        #expect(
            faults(#"{"name":"a","count":3,"interval":"1m","tags":"x","place":[]}"#) == [
                "tags must be a list", "place must be an object",
            ]
        )
    }

    @Test func `a null is as good as nothing, where nothing is allowed`() {
        #expect(faults(whole.replacing(#""count":3"#, with: #""count":null"#)) == ["count is missing"])
        #expect(faults(whole.replacing(#""count":3"#, with: #""count":3,"ratio":null"#)) == [])
    }

    @Test func `of an input that is wrong all over so many faults are listed and no more`() {
        let tags = Array(repeating: "1", count: 500).joined(separator: ",")
        #expect(faults(whole.replacing(#"["x"]"#, with: "[\(tags)]")).count == Reading.faultsMax)
    }

    // MARK: Queries

    private struct Page: Decodable, Equatable {
        var limit: Int?
        var strict: Bool?
        var text: String?
    }

    private func page(_ query: String) throws(APIError) -> Page {
        try InputDecoder.decode(Page.self, from: QueryInput(query).value, form: .texts)
    }

    @Test func `a query's texts are read as what they stand for`() throws {
        let page = try page("limit=20&strict=true&text=a%20b+c%C3%A9&")
        #expect(page == Page(limit: 20, strict: true, text: "a b cé"))
        #expect(try self.page("") == Page())
    }

    @Test(arguments: [
        ("limit=x", "limit must be a whole number"), ("limit=1.5", "limit must be a whole number"),
        ("strict=yes", "strict must be true or false"), ("limit=1&limit=2", "limit is given twice"),
        ("lmiit=1", "lmiit is not known here"), ("limit=", "limit must be a whole number"),
    ])
    func `a query that is wrong is told so`(query: String, fault: String) {
        #expect {
            try page(query)
        } throws: { error in
            (error as? APIError)?.faults.map { "\($0.field) \($0.message)" } == [fault]
        }
    }

    @Test(arguments: ["text=%", "text=%4", "text=%zz", "%ff=1", "text=%c3%28"])
    func `a broken escape is refused`(query: String) {
        #expect { try page(query) } throws: { ($0 as? APIError)?.code == .badRequest }
    }
}
