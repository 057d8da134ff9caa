/// A word of 32 bytes as contracts take and give them, kept in hexadecimal without `0x`.
///
/// Amounts have up to 256 bits; what has to fit into fewer says so when it does not.
struct EthereumWord: Hashable, Sendable {
    /// 64 lower-case digits.
    let digits: String

    /// - Parameter number: a number, or a place.
    init(_ number: UInt64) {
        let text = String(number, radix: 16)
        digits = String(repeating: "0", count: 64 - text.count) + text
    }

    /// - Parameter address: 40 hexadecimal digits, with or without `0x`.
    init?(address: String) {
        let text = address.hasPrefix("0x") ? String(address.dropFirst(2)) : address
        guard text.utf8.count == 40, text.allSatisfy(\.isHexDigit) else { return nil }
        digits = String(repeating: "0", count: 24) + text.lowercased()
    }

    /// - Parameter text: exactly 64 digits.
    init?(digits text: some StringProtocol) {
        guard text.utf8.count == 64, text.allSatisfy({ $0.isASCII && $0.isHexDigit }) else { return nil }
        digits = text.lowercased()
    }

    /// The number, where it has at most 128 bits: any amount of a token with 18 decimals that makes sense.
    var number: UInt128? {
        digits.prefix(32).allSatisfy { $0 == "0" } ? UInt128(digits.suffix(32), radix: 16) : nil
    }
}

/// What contracts are called by: the first four bytes of the hash of a function's signature.
enum EthereumFunction {
    static let balanceOf = "70a08231"
    static let totalSupply = "18160ddd"
    static let isValidSignature = "1626ba7e"
}
