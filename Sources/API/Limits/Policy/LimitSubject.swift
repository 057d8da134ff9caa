package import Bus
import Domain

/// Whose requests are counted together.
package struct LimitSubject: Hashable, Sendable {
    package let text: String

    private init(_ text: String) { self.text = text }

    /// Everybody at one address; of IPv6 at one network of 64 bits.
    package static func address(_ address: IPAddress?) -> LimitSubject {
        switch address {
        case .v4?: LimitSubject("ip:\(address?.description ?? "")")
        case .v6?: LimitSubject("ip6:\(address?.network.description ?? "")/64")
        case nil: LimitSubject("ip:unknown")
        }
    }

    package static func user(_ id: UUIDv7) -> LimitSubject { LimitSubject("user:\(id)") }

    package static func key(_ id: UUIDv7) -> LimitSubject { LimitSubject("key:\(id)") }

    /// An account that somebody wants to log in to, whether it exists or not.
    ///
    /// Only a hash of the name is kept: names that people type by mistake may be secrets, and have no bound.
    package static func account(_ name: String) -> LimitSubject {
        var hash = SHA256()
        hash.update(Array(name.lowercased().utf8))
        let digits = hash.words().prefix(4).map { word in
            let text = String(word, radix: 16)
            return String(repeating: "0", count: 8 - text.count) + text
        }
        return LimitSubject("account:\(digits.joined())")
    }
}
