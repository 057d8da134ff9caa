import CCurl

/// Header lines and body of a request in the shape in which libcurl reads them, made on the caller's thread.
///
/// Proof for `@unchecked`: the memory is written in `init` and only read afterwards, until `deinit` frees it. Whoever
/// gives a pointer to libcurl keeps the block alive until libcurl has let go of it.
final class WireBlock: @unchecked Sendable {
    private let memory: UnsafeMutableRawPointer
    private let bodyOffset: Int
    private let hasLines: Bool
    let bodyCount: Int

    /// Copies everything into one piece of memory: the list's nodes, the lines with their final zeros, the body.
    ///
    /// - Parameters:
    ///   - fields: what to send; nothing in them may end a line.
    ///   - omitted: names of fields that libcurl would add by itself and must not.
    ///   - body: the body's bytes.
    init(fields: [HTTPHeaders.Field], omitted: [String], body: [UInt8]) {
        let lineCount = fields.count + omitted.count
        let nodesSize = lineCount * MemoryLayout<curl_slist>.stride
        let textSize =
            fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 3 }
            + omitted.reduce(0) { $0 + $1.utf8.count + 2 }
        bodyOffset = nodesSize + textSize
        bodyCount = body.count
        hasLines = lineCount > 0
        // One byte more, so that an empty body has an address too.
        memory = .allocate(byteCount: bodyOffset + bodyCount + 1, alignment: MemoryLayout<curl_slist>.alignment)
        var writer = LineWriter(
            node: memory.bindMemory(to: curl_slist.self, capacity: lineCount),
            text: memory + nodesSize,
            linesLeft: lineCount
        )
        for field in fields {
            // libcurl reads "Name:" as "leave it out" and "Name;" as an empty value.
            let isBlank = field.value.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 }
            writer.add(field.name, isBlank ? ";" : ": ", isBlank ? "" : field.value)
        }
        for name in omitted { writer.add(name, ":", "") }
        body.withUnsafeBytes { bytes in
            UnsafeMutableRawBufferPointer(start: memory + bodyOffset, count: bytes.count).copyMemory(from: bytes)
        }
    }

    deinit { memory.deallocate() }

    /// The first header line as libcurl's list; `nil` when there is none.
    var headerList: UnsafeMutableRawPointer? { hasLines ? memory : nil }
    var body: UnsafeMutableRawPointer { memory + bodyOffset }
}

/// Writes one line after another, and the node that leads to it.
private struct LineWriter {
    var node: UnsafeMutablePointer<curl_slist>
    var text: UnsafeMutableRawPointer
    var linesLeft: Int

    mutating func add(_ name: String, _ separator: StaticString, _ value: String) {
        linesLeft -= 1
        let next = linesLeft > 0 ? node + 1 : nil
        node.initialize(to: curl_slist(data: text.assumingMemoryBound(to: CChar.self), next: next))
        node += 1
        copy(name.utf8)
        copy(UnsafeBufferPointer(start: separator.utf8Start, count: separator.utf8CodeUnitCount))
        copy(value.utf8)
        copy(CollectionOfOne(0))
    }

    private mutating func copy(_ bytes: some Collection<UInt8>) {
        let count = bytes.count
        UnsafeMutableRawBufferPointer(start: text, count: count).copyBytes(from: bytes)
        text += count
    }
}
