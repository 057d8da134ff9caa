/// What to do next about a result that is to stand on the chain: a decision without a clock of its own.
///
/// A signed transaction is kept before it is sent, and sent again as it is, byte for byte, until it lands or can land no
/// more. Only then another one is signed: signing earlier could write the result twice.
package enum AnchorStep: Hashable, Sendable {
    /// Fetch a fresh blockhash, sign, write it down.
    case sign
    /// Hand the signed bytes over again, and look again after a while.
    case send
    /// It has landed and may yet be undone: look again after a while.
    case wait
    /// It stands, at this slot.
    case confirm(slot: UInt64)
    /// No more attempts, for this reason.
    case giveUp(String)

    /// Transactions that are signed for one result at most.
    package static let attemptsMax = 10

    /// What a node knows of the transaction.
    package enum Fate: Hashable, Sendable {
        case unknown
        case seen
        case finalized(slot: UInt64)
        case failed(String)
    }

    /// - Parameters:
    ///   - anchor: what is written down.
    ///   - fate: of the transaction that is written down; `nil` before there is one.
    ///   - height: the chain's finalized block height.
    package init(after anchor: ChainAnchor, fate: Fate?, height: UInt64) {
        guard anchor.state != .confirmed else {
            self = .confirm(slot: anchor.position ?? 0)
            return
        }
        switch fate {
        case .finalized(let slot): self = .confirm(slot: slot)
        case .seen: self = .wait
        case .failed(let why):
            // It has landed and done nothing, which another one may do better.
            self = anchor.attempts < Self.attemptsMax ? .sign : .giveUp("the transaction failed: \(why)")
        case .unknown where anchor.lastValidHeight.map({ height <= $0 }) ?? false: self = .send
        case .unknown, nil:
            self =
                anchor.attempts < Self.attemptsMax
                ? .sign : .giveUp("\(anchor.attempts) transactions were signed, and none has landed")
        }
    }
}
