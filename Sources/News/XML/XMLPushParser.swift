import CExpat
import Glibc

/// One document on its way through libexpat: text in, events out.
///
/// Nothing else in the program sees that library. Nothing is ever loaded or expanded: a document that declares anything by itself is refused, a DOCTYPE that names a
/// file elsewhere is passed over, and references to entities that XML does not know become events.
struct XMLPushParser: ~Copyable {
    private let handle: XML_Parser
    private let collector: XMLCollector

    /// - Throws: `internalFailure` when the system refuses memory.
    init() throws(NewsError) {
        // The name of a charset outranks whatever the document says.
        guard let handle = XML_ParserCreateNS("UTF-8", CChar(bitPattern: XMLCollector.separator)) else {
            throw NewsError(.internalFailure, "libexpat refused a parser")
        }
        self.handle = handle
        collector = XMLCollector(handle)
        // Without a document type of its own, an unknown entity is a mistake; with one that nobody reads, it is not.
        XML_UseForeignDTD(handle, XML_Bool(1))
        XML_SetUserData(handle, Unmanaged.passUnretained(collector).toOpaque())
        XML_SetElementHandler(handle, onStart, onEnd)
        XML_SetCharacterDataHandler(handle, onText)
        XML_SetSkippedEntityHandler(handle, onSkippedEntity)
        XML_SetStartDoctypeDeclHandler(handle, onDoctype)
        XML_SetEntityDeclHandler(handle, onEntityDeclaration)
        XML_SetStartNamespaceDeclHandler(handle, onNamespace)
    }

    deinit { XML_ParserFree(handle) }

    /// Parses the next piece.
    ///
    /// - Parameters:
    ///   - text: UTF-8, which may begin and end inside a character.
    ///   - isFinal: whether nothing follows.
    /// - Returns: what stands in it, and why nothing more can be read; `nil` when more can.
    mutating func parse(_ text: ArraySlice<UInt8>, isFinal: Bool) -> (events: [XMLEvent], failure: XMLFailure?) {
        let handle = handle
        let status = text.withUnsafeBytes { bytes in
            XML_Parse(handle, bytes.bindMemory(to: CChar.self).baseAddress, Int32(bytes.count), isFinal ? 1 : 0)
        }
        return (collector.take(), status == XML_STATUS_OK ? nil : failure())
    }

    private func failure() -> XMLFailure {
        if let refusal = collector.refusal { return refusal }
        let code = XML_GetErrorCode(handle)
        switch code {
        case XML_ERROR_NO_MEMORY: return .outOfMemory
        case XML_ERROR_NO_ELEMENTS, XML_ERROR_UNCLOSED_TOKEN, XML_ERROR_PARTIAL_CHAR, XML_ERROR_UNCLOSED_CDATA_SECTION:
            return .endedEarly
        default:
            let text = XML_ErrorString(code).map { String(cString: $0) } ?? "error \(code.rawValue)"
            return .malformed("\(text), line \(XML_GetCurrentLineNumber(handle))")
        }
    }
}

/// What libexpat has told since the last look.
///
/// Libexpat knows it by its address; the parser that owns it lives as long as the handle.
private final class XMLCollector {
    /// Stands between a namespace and a name; no name has it.
    static let separator = UInt8(ascii: "\n")
    private static let attributesMax = 64
    private static let attributeBytesMax = 8_192
    private static let nameBytesMax = 1_024
    /// Every element of a namespace could cost as much time as its address is long.
    private static let namespaceBytesMax = 512

    private(set) var refusal: XMLFailure?
    private let handle: XML_Parser
    private var events: [XMLEvent] = []
    private var text: [UInt8] = []

    init(_ handle: XML_Parser) { self.handle = handle }

    func take() -> [XMLEvent] {
        endText()
        defer { events = [] }
        return events
    }

    func start(_ name: UnsafePointer<CChar>, _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>?) {
        append(.start(XMLElement(name: XMLCollector.name(name), attributes: XMLCollector.attributes(attributes))))
    }

    func append(_ event: XMLEvent) {
        guard refusal == nil else { return }
        endText()
        events.append(event)
    }

    func append(text bytes: UnsafeRawBufferPointer) {
        if refusal == nil { text.append(contentsOf: bytes) }
    }

    func appendEntity(_ name: UnsafePointer<CChar>) {
        if let name = XMLCollector.text(name, bytesMax: XMLCollector.nameBytesMax) { append(.entity(name)) }
    }

    func refuse(_ reason: XMLFailure) {
        guard refusal == nil else { return }
        refusal = reason
        XML_StopParser(handle, XML_Bool(0))
    }

    func check(namespace address: UnsafePointer<CChar>) {
        guard strnlen(address, XMLCollector.namespaceBytesMax + 1) > XMLCollector.namespaceBytesMax else { return }
        refuse(.malformed("a namespace of more than \(XMLCollector.namespaceBytesMax) bytes"))
    }

    private func endText() {
        guard !text.isEmpty else { return }
        events.append(.text(text))
        text.removeAll(keepingCapacity: true)
    }

    // MARK: Texts of libexpat

    /// - Returns: `nil` when it is too long.
    private static func text(_ start: UnsafePointer<CChar>, bytesMax: Int) -> String? {
        let count = strnlen(start, bytesMax + 1)
        guard count <= bytesMax else { return nil }
        return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// A name that is too long is none that anybody knows.
    private static func name(_ start: UnsafePointer<CChar>) -> XMLName {
        guard let text = text(start, bytesMax: nameBytesMax) else { return XMLName("") }
        guard let line = text.utf8.lastIndex(of: separator) else { return XMLName(text) }
        return XMLName(String(text[text.utf8.index(after: line)...]), in: String(text[..<line]))
    }

    /// Pairs of name and value until a null; those that are too long are left out.
    private static func attributes(_ list: UnsafeMutablePointer<UnsafePointer<CChar>?>?) -> [XMLAttribute] {
        var found: [XMLAttribute] = []
        guard var next = list else { return found }
        while found.count < attributesMax, let name = next[0], let value = next[1] {
            if let value = text(value, bytesMax: attributeBytesMax) {
                found.append(XMLAttribute(name: self.name(name), value: value))
            }
            next += 2
        }
        return found
    }
}

// MARK: C entry points. libexpat passes back the collector, which outlives its handle's calls.

private func collector(_ pointer: UnsafeMutableRawPointer?) -> XMLCollector? {
    pointer.map { Unmanaged<XMLCollector>.fromOpaque($0).takeUnretainedValue() }
}

private func onStart(
    _ this: UnsafeMutableRawPointer?,
    _ name: UnsafePointer<CChar>?,
    _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>?
) {
    if let name { collector(this)?.start(name, attributes) }
}

private func onEnd(_ this: UnsafeMutableRawPointer?, _ name: UnsafePointer<CChar>?) { collector(this)?.append(.end) }

private func onText(_ this: UnsafeMutableRawPointer?, _ text: UnsafePointer<CChar>?, _ count: Int32) {
    collector(this)?.append(text: UnsafeRawBufferPointer(start: text, count: Int(count)))
}

private func onSkippedEntity(_ this: UnsafeMutableRawPointer?, _ name: UnsafePointer<CChar>?, _ isParameter: Int32) {
    if let name, isParameter == 0 { collector(this)?.appendEntity(name) }
}

private func onDoctype(
    _ this: UnsafeMutableRawPointer?,
    _ name: UnsafePointer<CChar>?,
    _ systemID: UnsafePointer<CChar>?,
    _ publicID: UnsafePointer<CChar>?,
    _ hasDeclarations: Int32
) {
    if hasDeclarations != 0 { collector(this)?.refuse(.declarations) }
}

private func onEntityDeclaration(
    _ this: UnsafeMutableRawPointer?,
    _ name: UnsafePointer<CChar>?,
    _ isParameter: Int32,
    _ value: UnsafePointer<CChar>?,
    _ valueCount: Int32,
    _ base: UnsafePointer<CChar>?,
    _ systemID: UnsafePointer<CChar>?,
    _ publicID: UnsafePointer<CChar>?,
    _ notation: UnsafePointer<CChar>?
) {
    collector(this)?.refuse(.declarations)
}

private func onNamespace(
    _ this: UnsafeMutableRawPointer?,
    _ prefix: UnsafePointer<CChar>?,
    _ address: UnsafePointer<CChar>?
) {
    if let address { collector(this)?.check(namespace: address) }
}
