import Chains
import JSON
import Telemetry

/// The key that results are written to the chain with.
enum AnchorKey {
    /// Reads a Solana key file's list of 64 numbers, or 32 of a seed.
    ///
    /// - Throws: `AnchorKeyError`, which holds nothing of the key.
    static func read(_ secret: Secret, redactor: Redactor) throws(AnchorKeyError) -> Ed25519.SigningKey {
        var bytes = secret.reveal { text -> [UInt8] in
            _ = redactor.register(secret: text)
            let value = try? JSONValue(parsing: Array(text.utf8))
            return value?.array?.compactMap { $0.int.flatMap(UInt8.init(exactly:)) } ?? []
        }
        defer { for index in bytes.indices { bytes[index] = 0 } }
        do {
            return try Ed25519.SigningKey(bytes)
        } catch {
            throw AnchorKeyError(detail: error.description)
        }
    }
}

/// The credential of governance.anchor_key is no key.
struct AnchorKeyError: Error, CustomStringConvertible {
    let detail: String
    var description: String {
        "governance.anchor_key must name a credential with a JSON list of 64 numbers, as `solana-keygen` writes: \(detail)"
    }
}
