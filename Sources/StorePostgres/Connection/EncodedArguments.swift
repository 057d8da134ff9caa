import Store

/// A statement's arguments in the forms that the server expects, in one stretch of memory.
struct EncodedArguments: Sendable {
    private var bytes: [UInt8] = []
    /// Where each begins; -1 for null.
    private var offsets: [Int] = []
    private var lengths: [Int32] = []
    /// 0 for text, 1 for binary.
    private var formats: [Int32] = []

    init() {}

    /// - Throws: `StoreError` with `.failed` when a value does not fit the type of its parameter.
    init(_ values: [SQLValue], as types: [PostgresType]) throws(StoreError) {
        guard values.count == types.count else {
            throw StoreError(.failed, "arguments", detail: "\(values.count) given, \(types.count) expected")
        }
        for (value, type) in zip(values, types) { try append(value, as: type) }
    }

    private mutating func append(_ value: SQLValue, as type: PostgresType) throws(StoreError) {
        switch value {
        case .null: appendNull()
        case .integer(let integer): try append(integer, as: type)
        case .real(let real): append(real, as: type)
        case .text(let text): try append(text, as: type)
        case .blob(let blob): try append(blob, as: type)
        }
    }

    private mutating func append(_ integer: Int64, as type: PostgresType) throws(StoreError) {
        switch type {
        case .int8: appendBinary { $0.appendBigEndian(integer) }
        case .int4: try appendFitting(Int32(exactly: integer), type)
        case .int2: try appendFitting(Int16(exactly: integer), type)
        case .bool: appendBinary { $0.append(integer == 0 ? 0 : 1) }
        case .float8: appendBinary { $0.appendBigEndian(Double(integer).bitPattern) }
        default: appendText("\(integer)")
        }
    }

    private mutating func appendFitting(
        _ integer: (some FixedWidthInteger)?,
        _ type: PostgresType
    ) throws(StoreError) {
        guard let integer else { throw StoreError(.failed, "argument out of range", detail: "type \(type.oid)") }
        appendBinary { $0.appendBigEndian(integer) }
    }

    private mutating func append(_ real: Double, as type: PostgresType) {
        if type == .float8 { appendBinary { $0.appendBigEndian(real.bitPattern) } } else { appendText("\(real)") }
    }

    private mutating func append(_ text: String, as type: PostgresType) throws(StoreError) {
        // The server keeps no NUL in texts, and C would take one for the end.
        guard !text.utf8.contains(0) else { throw StoreError(.failed, "a text with a NUL") }
        // The server reads the text form of any type, whatever it is: a number, an array, a time.
        if type.isTextual { appendBinary { $0.append(contentsOf: text.utf8) } } else { appendText(text) }
    }

    private mutating func append(_ blob: [UInt8], as type: PostgresType) throws(StoreError) {
        guard type == .bytea || type == .uuid && blob.count == 16 else {
            throw StoreError(.failed, "bytes for a parameter of another type", detail: "type \(type.oid)")
        }
        appendBinary { $0.append(contentsOf: blob) }
    }

    mutating func appendNull() {
        offsets.append(-1)
        lengths.append(0)
        formats.append(0)
    }

    private mutating func appendText(_ text: String) {
        offsets.append(bytes.count)
        lengths.append(Int32(text.utf8.count))
        formats.append(0)
        bytes.append(contentsOf: text.utf8)
        bytes.append(0)
    }

    mutating func appendBinary(_ write: (inout [UInt8]) -> Void) {
        offsets.append(bytes.count)
        write(&bytes)
        lengths.append(Int32(bytes.count - (offsets.last ?? 0)))
        formats.append(1)
        // So that an empty value, too, has an address: none would mean null.
        bytes.append(0)
    }

    /// Lends the arrays that libpq takes.
    func withPointers<Value>(
        _ body: (
            Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
        ) -> Value
    ) -> Value {
        bytes.withUnsafeBytes { bytes in
            let characters = bytes.assumingMemoryBound(to: CChar.self).baseAddress
            let values = offsets.map { offset in offset < 0 ? nil : characters.map { $0 + offset } }
            return values.withUnsafeBufferPointer { values in
                lengths.withUnsafeBufferPointer { lengths in
                    formats.withUnsafeBufferPointer { formats in
                        body(Int32(values.count), values.baseAddress, lengths.baseAddress, formats.baseAddress)
                    }
                }
            }
        }
    }
}

extension [UInt8] {
    mutating func appendBigEndian(_ integer: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: integer.bigEndian) { append(contentsOf: $0) }
    }
}
