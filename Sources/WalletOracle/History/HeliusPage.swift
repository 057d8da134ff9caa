package import JSON

/// One page of a wallet's history from Helius' enhanced transactions, newest first.
///
/// Rows that cannot be read are counted: they are missing, which is another thing than being nothing.
package struct HeliusPage: Hashable, Sendable {
    package enum Problem: Error, Hashable, Sendable {
        case tooLarge(bytes: Int)
        case notJSON(JSONSyntaxError)
        /// It is JSON, but no list of rows; errors of the service look like that.
        case notAList
        case tooManyRows(Int)
    }

    /// In the order of the page.
    package private(set) var transactions: [WalletTransaction] = []
    package private(set) var unreadRows = 0
    /// Rows of the type `UNKNOWN` that gave and took something: swaps, or deposits, which nobody can tell.
    ///
    /// They are no trades here.
    package private(set) var unnamedExchanges = 0
    /// Where the next page starts; `nil` when no row has a signature.
    package private(set) var lastSignature: String?

    package static let bytesMax = 32 * 1024 * 1024
    package static let rowsMax = 1000

    package var isEmpty: Bool { transactions.isEmpty && unreadRows == 0 }

    /// Reads one page.
    ///
    /// - Parameters:
    ///   - bytes: the answer's body.
    ///   - wallet: whose history it is, in base58.
    /// - Throws: `Problem` when it is no page at all.
    package init(parsing bytes: [UInt8], wallet: String) throws(Problem) {
        guard bytes.count <= HeliusPage.bytesMax else { throw .tooLarge(bytes: bytes.count) }
        var reader = JSONReader()
        let row = HeliusRow(wallet: wallet)
        if try !fill(from: bytes, with: row, &reader) {
            // The first reading has shown that it is JSON, so only its numbers change.
            self = HeliusPage()
            _ = try fill(from: FractionText.quoted(bytes), with: row, &reader, isFirst: false)
        }
    }

    private init() {}

    /// - Returns: `false` when amounts with a fraction stand there as numbers, which are read as texts only.
    private mutating func fill(
        from bytes: [UInt8],
        with row: HeliusRow,
        _ reader: inout JSONReader,
        isFirst: Bool = true
    ) throws(Problem) -> Bool {
        try reader.read(bytes, orThrow: Problem.notJSON) { (rows) throws(Problem) in
            guard rows.isList else { throw .notAList }
            var count = 0
            for cell in rows {
                count += 1
                guard count <= HeliusPage.rowsMax else { throw .tooManyRows(count) }
                guard cell.kind == .object, let fields = cell.inside else {
                    unreadRows += 1
                    continue
                }
                if let signature = row.signature(of: fields) { lastSignature = signature }
                switch row.read(fields) {
                case .read(let transaction, let isUnnamed):
                    transactions.append(transaction)
                    if isUnnamed { unnamedExchanges += 1 }
                case .unreadable: unreadRows += 1
                case .fraction where isFirst: return false
                case .fraction: unreadRows += 1
                }
            }
            return true
        }
    }
}
