/// A name with the namespace that its prefix stands for; empty for none.
struct XMLName: Hashable {
    let namespace: String
    let local: String

    init(_ local: String, in namespace: String = "") {
        self.namespace = namespace
        self.local = local
    }
}

struct XMLAttribute: Hashable {
    let name: XMLName
    let value: String
}

/// The beginning of an element.
struct XMLElement: Hashable {
    let name: XMLName
    let attributes: [XMLAttribute]

    /// The value of an attribute without a prefix, or with one of a namespace.
    func attribute(_ name: String, in namespace: String = "") -> String? {
        let name = XMLName(name, in: namespace)
        return attributes.first { $0.name == name }?.value
    }
}

/// What stands in a document, in its order.
enum XMLEvent: Hashable {
    case start(XMLElement)
    /// Valid UTF-8, whole characters.
    case text([UInt8])
    /// A reference to an entity that nobody has declared, such as `nbsp`.
    case entity(String)
    case end
}

/// Why a document could not be read to its end.
enum XMLFailure: Hashable {
    /// It stops where more has to come.
    case endedEarly
    /// What is wrong, and where.
    case malformed(String)
    /// It has declarations of its own.
    case declarations
    case outOfMemory
}
