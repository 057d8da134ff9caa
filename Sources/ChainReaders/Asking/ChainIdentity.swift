import JSON

/// How a node shows which chain it is of.
///
/// An address with a mistake in it may lead to a node of another network, which answers everything, and wrongly.
package struct ChainIdentity: Hashable, Sendable {
    let call: RPCCall
    let expected: JSONValue

    /// A cluster of Solana.
    ///
    /// - Parameter genesisHash: of its first block, in base58.
    /// - Returns: what a node of it shows.
    package static func solana(genesisHash: String) -> ChainIdentity {
        ChainIdentity(call: RPCCall("getGenesisHash"), expected: .string(genesisHash))
    }

    /// A chain of Ethereum's kind, by its number.
    ///
    /// - Parameter chainID: as wallets know it.
    /// - Returns: what a node of it shows.
    package static func ethereum(chainID: UInt64) -> ChainIdentity {
        ChainIdentity(call: RPCCall("eth_chainId"), expected: .string("0x" + String(chainID, radix: 16)))
    }

    /// - Throws: `ChainError` with `.otherChain` for any other answer.
    func check(_ answer: JSONValue) throws(ChainError) {
        guard answer == expected else {
            let told = String(decoding: answer.bytes.prefix(100), as: UTF8.self)
            throw ChainError(.otherChain, "\(call.method) tells \(told)")
        }
    }
}
