import Domain

/// An address that a program derives from seeds; it lies off the curve, so nobody has a secret key for it.
package struct ProgramAddress: Hashable, Sendable {
    package let address: SolanaAddress
    /// The byte after the seeds that took it off the curve; the highest that does.
    package let bump: UInt8

    /// The bump is one of the sixteen seeds that a program takes.
    package static let seedsMax = 15
    package static let seedBytesMax = 32

    /// Finds the address of seeds under a program.
    ///
    /// Seeds are joined without a mark between them: `["butter", "fly"]` and `["butterfly"]` have one address.
    ///
    /// - Parameters:
    ///   - seeds: At most `seedsMax`, of `seedBytesMax` bytes each.
    ///   - program: The program that owns what lies there.
    /// - Returns: The address with its bump.
    /// - Throws: Which seed breaks the rules.
    package static func find(seeds: [[UInt8]], program: SolanaAddress) throws(Refusal) -> ProgramAddress {
        guard seeds.count <= seedsMax else { throw .tooManySeeds(seeds.count) }
        if let index = seeds.firstIndex(where: { $0.count > seedBytesMax }) {
            throw .seedTooLong(index: index, bytes: seeds[index].count)
        }
        var input = Array(seeds.joined())
        let place = input.count
        input.append(0)
        input += program.bytes + "ProgramDerivedAddress".utf8
        for bump in (UInt8.min...UInt8.max).reversed() {
            input[place] = bump
            let address = SolanaAddress(storage: hash(input))
            if !address.isOnCurve { return ProgramAddress(address: address, bump: bump) }
        }
        throw .noBump
    }

    /// Where the tokens of a mint lie that a wallet holds.
    ///
    /// - Parameters:
    ///   - owner: The wallet, or a program's address.
    ///   - mint: The token.
    ///   - tokenProgram: The one of the two token programs that owns the mint.
    /// - Returns: The address of the account.
    /// - Throws: Only if no bump leads off the curve, which no three addresses are known to do.
    package static func associatedTokenAddress(
        owner: SolanaAddress,
        mint: SolanaAddress,
        tokenProgram: SolanaAddress = .tokenProgram
    ) throws(Refusal) -> SolanaAddress {
        try find(seeds: [owner.bytes, tokenProgram.bytes, mint.bytes], program: .associatedTokenProgram).address
    }

    private static func hash(_ input: [UInt8]) -> Bytes32 {
        var sha = SHA256()
        sha.update(input)
        let words = sha.words()
        return Bytes32 { bytes in
            for index in 0..<32 { bytes[index] = UInt8(truncatingIfNeeded: words[index / 4] >> (24 - index % 4 * 8)) }
        }
    }
}

extension ProgramAddress {
    /// Why seeds have no address.
    package enum Refusal: Error, Hashable, Sendable {
        case tooManySeeds(Int)
        case seedTooLong(index: Int, bytes: Int)
        /// All 256 addresses lie on the curve.
        case noBump
    }
}

extension ProgramAddress.Refusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooManySeeds(let count):
            "an address has \(ProgramAddress.seedsMax) seeds at most, and these are \(count): join some of them"
        case .seedTooLong(let index, let bytes):
            "a seed has \(ProgramAddress.seedBytesMax) bytes at most, and number \(index + 1) has \(bytes): shorten it"
        case .noBump: "these seeds have no address under the program: change one of them"
        }
    }
}
