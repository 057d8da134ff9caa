/// The state of a chain by which ballots weigh: taken when the proposal opens, so that nobody buys in afterwards.
package struct SupplySnapshot: Codable, Hashable, Sendable {
    /// `solana`, for example.
    package var chain: String
    /// The token whose balances count.
    package var mint: String
    package var slot: UInt64
    /// All there is of the token, in base units.
    package var supply: UInt64

    package init(chain: String, mint: String, slot: UInt64, supply: UInt64) {
        self.chain = chain
        self.mint = mint
        self.slot = slot
        self.supply = supply
    }

    /// Every mistake, with its key.
    package func problems() -> [(key: String, text: String)] {
        var found: [(key: String, text: String)] = []
        if !PlainText.isWord(chain, bytesMax: 32) { found.append(("chain", "must be a word of at most 32 bytes")) }
        if !PlainText.isWord(mint, bytesMax: 128) { found.append(("mint", "must be a word of at most 128 bytes")) }
        if supply == 0 { found.append(("supply", "must not be nothing")) }
        return found
    }
}
