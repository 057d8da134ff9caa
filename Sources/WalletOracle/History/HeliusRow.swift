import Bus
import JSON

/// Reads one row of a page.
///
/// What a swap sold and bought is taken from the first of these that names both sides of the wallet: the swap event, the
/// changes of balance, the transfers. The first two are in base units; the last are as the service wrote them.
struct HeliusRow {
    enum Reading {
        case read(WalletTransaction, isUnnamed: Bool)
        case unreadable
        /// An amount is needed that is written as a number with a fraction.
        case fraction
    }

    let wallet: [UInt8]

    init(wallet: String) { self.wallet = Array(wallet.utf8) }

    private static let signatureBytesMax = 128
    /// The year 2200 or so.
    private static let secondsMax: Int64 = 7_258_118_400

    func signature(of fields: JSONPlaces) -> String? {
        guard let text = fields["signature"]?.text, !text.isEmpty,
            text.utf8.count <= HeliusRow.signatureBytesMax
        else { return nil }
        return text
    }

    func read(_ fields: JSONPlaces) -> Reading {
        guard let signature = signature(of: fields), let slot = fields["slot"]?.int, slot >= 0,
            let seconds = fields["timestamp"]?.int, (1...HeliusRow.secondsMax).contains(seconds),
            let type = fields["type"], type.kind == .text, !isOfOthers(fields)
        else { return .unreadable }
        func transaction(_ kind: WalletTransaction.Kind, isFailed: Bool = false) -> WalletTransaction {
            WalletTransaction(
                signature: signature,
                slot: slot,
                time: Timestamp(seconds: seconds),
                kind: kind,
                isFailed: isFailed
            )
        }
        if let error = fields["transactionError"], error.kind != .null {
            return .read(transaction(.other, isFailed: true), isUnnamed: false)
        }
        let event = fields["events"]?.inside?["swap"]?.inside
        do throws(HeliusLegs.Problem) {
            guard type.isText("SWAP") || event != nil else {
                let kind: WalletTransaction.Kind =
                    type.isText("TRANSFER")
                    ? .transfer
                    : type.isText("BURN") || type.isText("BURN_NFT") ? .burn : .other
                return .read(transaction(kind), isUnnamed: type.isText("UNKNOWN") && isExchange(fields))
            }
            if let event, let kind = try legs(event: event).swap {
                return .read(transaction(kind), isUnnamed: false)
            }
            let moved = try legs(moved: fields)
            if let kind = moved.swap { return .read(transaction(kind), isUnnamed: false) }
            // Whoever pays the fee has traded, so a side is missing; others may be given something by a swap.
            guard !isWallet(fields["feePayer"]) else { return .unreadable }
            return .read(transaction(moved.isEmpty ? .other : .transfer), isUnnamed: false)
        } catch {
            return error == .fraction ? .fraction : .unreadable
        }
    }

    /// Whether the row names everybody whom the transaction concerns, and the wallet is not among them.
    private func isOfOthers(_ fields: JSONPlaces) -> Bool {
        guard !isWallet(fields["feePayer"]) else { return false }
        var namesSomebody = false
        for cell in list(fields["accountData"]) {
            guard let entry = cell.inside else { continue }
            if isWallet(entry["account"]) { return false }
            for change in list(entry["tokenBalanceChanges"]) where isWallet(change.inside?["userAccount"]) {
                return false
            }
            namesSomebody = true
        }
        return namesSomebody
    }

    func isWallet(_ cell: JSONCell?) -> Bool {
        guard let bytes = cell?.plainText, bytes.count == wallet.count else { return false }
        return bytes.elementsEqual(wallet)
    }

    /// Tokens against tokens, or against more SOL than a new account takes.
    private func isExchange(_ fields: JSONPlaces) -> Bool {
        guard let legs = try? legs(moved: fields) else { return false }
        return legs.isExchange
    }
}
