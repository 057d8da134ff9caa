import Domain

/// The shape of what goes into a route or comes out of it.
///
/// It is recorded from its type when somebody first asks for the published document, because the start of the daemon has
/// no time for that. Debug builds, and so all tests, record it with the route: a type that cannot be described never
/// gets further.
struct RouteSchema: Sendable, ExpressibleByDictionaryLiteral {
    private let record: @Sendable () throws -> SchemaNode

    /// - Throws: `SchemaError` in debug builds, when the type cannot be described.
    init<Value: Decodable & Sendable>(of type: Value.Type) throws {
        record = { try SchemaRecorder.schema(of: type) }
        #if DEBUG
        _ = try record()
        #endif
    }

    init(_ node: SchemaNode) { record = { node } }

    init(dictionaryLiteral members: (String, SchemaNode)...) {
        let node = SchemaNode.object(Dictionary(members) { _, last in last })
        record = { node }
    }

    /// - Throws: `SchemaError` when the type cannot be described.
    func node() throws -> SchemaNode { try record() }
}
