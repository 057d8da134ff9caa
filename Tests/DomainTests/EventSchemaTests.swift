import Bus
import Domain
import FoundationEssentials
import Testing

struct EventSchemaTests {
    /// Where the contract is kept; the environment variable `UPDATE_GOLDEN=1` rewrites it.
    private static func golden(_ name: String) -> String {
        var folder = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        folder.removeLast()
        return folder.joined(separator: "/") + "/Fixtures/" + name
    }

    private func check(_ text: String, against name: String) throws {
        let path = EventSchemaTests.golden(name)
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try Data((text + "\n").utf8).write(to: URL(filePath: path))
        }
        let kept = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        // The first line that differs says more than two whole documents.
        for (number, (was, now)) in zip(kept.split(separator: "\n"), text.split(separator: "\n")).enumerated() {
            guard was != now else { continue }
            Issue.record(
                "\(name) line \(number + 1) was \(was) and is now \(now); a released shape needs a new version"
            )
            return
        }
        #expect(kept == text + "\n")
    }

    @Test func `the schemas of all events are those that were published`() throws {
        let schemas = try EventSchema.payloads()
        let document = SchemaNode.object(Dictionary(uniqueKeysWithValues: schemas.map { ($0.topic.text, $0.schema) }))
        try check(try EventSchema.text(of: document), against: "event-schemas.json")
    }

    @Test func `the AsyncAPI document is the one that was published`() throws {
        let document = try EventSchema.asyncAPI(release: "0.0.0")
        try check(try EventSchema.text(of: document), against: "asyncapi.json")
    }

    @Test func `optional fields are not required and others are`() throws {
        let schema = try EventSchema.payload(of: PriceTicked.self)
        #expect(schema["required"] == ["asOf", "pair", "price", "source", "symbol"])
        #expect(schema["properties"]?["change24hPercent"]?["format"] == "decimal")
    }

    @Test func `a field that is added shows in the schema`() throws {
        #expect(try EventSchema.payload(of: ShapeOne.self) != EventSchema.payload(of: ShapeTwo.self))
    }

    @Test func `lists, maps, nested values and choices are described`() throws {
        let schema = try EventSchema.payload(of: ShapeTwo.self)
        let properties = try #require(schema["properties"])
        #expect(properties["list"] == ["type": "array", "items": ["type": "integer"]])
        #expect(properties["map"] == ["type": "object", "additionalProperties": ["type": "number"]])
        #expect(properties["inner"]?["properties"]?["number"] == ["type": "integer", "minimum": 0])
        #expect(properties["energy"]?["enum"] == ["peak", "afternoon", "evening", "night", "normal"])
        #expect(schema["required"] == ["energy", "inner", "map"])
    }

    @Test func `every sample has the fields that its schema demands and no others`() throws {
        for event in EventSamples.all { try checkFields(event) }
    }

    private func checkFields(_ event: some Event) throws {
        let schema = try EventSchema.payload(of: type(of: event))
        guard case .object(let properties) = schema["properties"], case .array(let required) = schema["required"] else {
            Issue.record("no object schema: \(type(of: event).topic)")
            return
        }
        let fields = try EventCodec.decode([String: Anything].self, from: EventCodec.encode(event)).keys
        #expect(Set(fields).isSubset(of: properties.keys), "\(type(of: event).topic)")
        for case .text(let name) in required { #expect(fields.contains(name), "\(type(of: event).topic) \(name)") }
    }
}

private struct Anything: Decodable {
    init(from decoder: any Decoder) throws {}
}

private struct ShapeOne: StateEvent {
    static let topic: Topic = "test.shape.one"
    let energy: Energy
}

private struct ShapeTwo: StateEvent {
    static let topic: Topic = "test.shape.one"
    struct Inner: Codable {
        let number: UInt16
    }
    let energy: Energy
    let list: [Int]?
    let map: [String: Double]
    let inner: Inner
}
