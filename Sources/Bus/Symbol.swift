import Threading

/// A short text from a closed set, held as a number.
///
/// Equality and hashing are those of the number, and a copy touches no reference count; that is what lets an envelope
/// go to a hundred mailboxes without an allocation or an atomic operation.
struct Symbol: Hashable, Sendable {
    /// Its place in the table; never 0, so that 0 can stand for "none" where space counts.
    let index: UInt32

    /// The symbol at a place that was read from another symbol's `index`; `nil` for 0.
    init?(index: UInt32) {
        guard index > 0 else { return nil }
        self.index = index
    }

    /// The most texts one process may intern.
    ///
    /// Beyond it new ones are refused, so bad input cannot grow the table.
    static let countMax = 65_536

    init?(interning text: String, sizeBytesMax: Int, isAllowed: (UInt8) -> Bool) {
        guard !text.isEmpty, text.utf8.count <= sizeBytesMax, text.utf8.allSatisfy(isAllowed),
            let found = SymbolTable.shared.index(of: text)
        else { return nil }
        index = found
    }

    var text: String { SymbolTable.shared.text(at: index) }
}

/// The process's one table of interned texts.
private final class SymbolTable: Sendable {
    static let shared = SymbolTable()

    private struct Contents {
        var indexes: [String: UInt32] = [:]
        var texts: [String] = []
    }

    private let contents = Mutex(Contents())

    func index(of text: String) -> UInt32? {
        contents.withLock { contents in
            if let known = contents.indexes[text] { return known }
            guard contents.texts.count < Symbol.countMax else { return nil }
            contents.texts.append(text)
            let index = UInt32(contents.texts.count)
            contents.indexes[text] = index
            return index
        }
    }

    func text(at index: UInt32) -> String {
        contents.withLock { $0.texts[Int(index) - 1] }
    }
}
