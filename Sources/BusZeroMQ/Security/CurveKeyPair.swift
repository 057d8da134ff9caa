import CZeroMQ

/// A CURVE key pair: who a client or the daemon is on an encrypted connection.
///
/// Both keys are in Z85, 40 characters. The description leaves the secret one out.
package struct CurveKeyPair: Hashable, Sendable {
    package let publicKey: String
    package let secretKey: String

    /// A new pair from the system's random numbers.
    ///
    /// - Throws: `ZeroMQError` when libzmq was built without CURVE.
    package static func generate() throws(ZeroMQError) -> CurveKeyPair {
        var publicKey = [CChar](repeating: 0, count: 41)
        var secretKey = [CChar](repeating: 0, count: 41)
        guard zmq_curve_keypair(&publicKey, &secretKey) == 0 else { throw .last("cannot make a CURVE key pair") }
        return CurveKeyPair(publicKey: text(publicKey), secretKey: text(secretKey))
    }

    /// The pair that a secret key belongs to.
    ///
    /// - Throws: `ZeroMQError` with `.badSetting` when the text is not a key in Z85.
    package init(secretKey: String) throws(ZeroMQError) {
        var publicKey = [CChar](repeating: 0, count: 41)
        // Checked first, because libzmq reads past a text that is too short.
        guard CurveKeyPair.isKey(secretKey), zmq_curve_public(&publicKey, secretKey) == 0 else {
            throw ZeroMQError(.badSetting, "not a CURVE secret key: 40 characters of Z85 are needed")
        }
        self.init(publicKey: CurveKeyPair.text(publicKey), secretKey: secretKey)
    }

    private init(publicKey: String, secretKey: String) {
        self.publicKey = publicKey
        self.secretKey = secretKey
    }

    /// Whether a text is a key: 40 characters that are the Z85 form of 32 bytes.
    package static func isKey(_ text: String) -> Bool { Z85.decode(text)?.count == 32 }

    private static func text(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

extension CurveKeyPair: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { "CURVE key \(publicKey)" }
    package var debugDescription: String { description }
}
