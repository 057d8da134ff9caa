/// How a wallet is written where people and logs see it.
package enum WalletName {
    /// The first and the last four characters; of what is no address, nothing.
    ///
    /// - Parameter address: text of somebody else; only letters and digits of it are ever shown.
    /// - Returns: such as `7xKX…gAsU`.
    package static func shortened(_ address: String) -> String {
        let isPlain = address.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"):
                true
            default: false
            }
        }
        guard isPlain, (32...64).contains(address.utf8.count) else { return "unreadable" }
        return "\(address.prefix(4))…\(address.suffix(4))"
    }
}
