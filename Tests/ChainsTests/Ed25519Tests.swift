import Chains
import Testing

@Suite struct Ed25519Tests {
    /// A key, a message and the signature, from RFC 8032.
    struct Known: Sendable {
        let seed: String
        let key: String
        let message: String
        let signature: String
    }

    static let known = [
        Known(
            seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            key: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            message: "",
            signature: "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
        Known(
            seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            key: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            message: "72",
            signature: "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ]

    /// All points of small order as they are written, of either sign of x.
    static let smallOrderKeys = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    ]

    private func refusal(_ signature: [UInt8], _ message: [UInt8], _ key: [UInt8]) throws -> Ed25519.Refusal? {
        let (signature, key) = (
            try #require(SolanaSignature(bytes: signature)), try #require(SolanaAddress(bytes: key))
        )
        do {
            try Ed25519.verify(signature, of: message, by: key)
            return nil
        } catch { return error }
    }

    @Test(arguments: known) func `keys and signatures are those of the standard`(known: Known) throws {
        let key = try Ed25519.SigningKey(try [UInt8](hex: known.seed))
        let message = try [UInt8](hex: known.message)
        let (publicKey, signature) = (try [UInt8](hex: known.key), try [UInt8](hex: known.signature))
        #expect(key.publicKey.bytes == publicKey && key.sign(message).bytes == signature)
        let refusal = try refusal(signature, message, publicKey)
        #expect(refusal == nil)
        let fromFile = try Ed25519.SigningKey(try [UInt8](hex: known.seed) + publicKey)
        #expect(fromFile.publicKey == key.publicKey && fromFile.sign(message) == key.sign(message))
    }

    @Test func `any changed bit of signature, message or key is refused`() throws {
        let known = Self.known[1]
        let parts = [try [UInt8](hex: known.signature), try [UInt8](hex: known.message), try [UInt8](hex: known.key)]
        for (part, bytes) in parts.enumerated() {
            for bit in 0..<bytes.count * 8 {
                var changed = parts
                changed[part][bit / 8] ^= 1 << UInt8(bit % 8)
                let refusal = try refusal(changed[0], changed[1], changed[2])
                #expect(refusal != nil)
            }
        }
    }

    @Test(arguments: smallOrderKeys) func `nobody signs for a key of small order`(hex: String) throws {
        let key = try [UInt8](hex: hex)
        // For the neutral point, and by luck for the others, a lax check takes R = B and S = 1 for any message.
        let forged = [0x58] + [UInt8](repeating: 0x66, count: 31) + [1] + [UInt8](repeating: 0, count: 31)
        for message in 0..<UInt8(16) {
            let refusal = try refusal(forged, [message], key)
            #expect(refusal == .smallOrderKey)
        }
    }

    @Test(arguments: [
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "f1ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ])
    func `a key with a second way to be written is refused`(hex: String) throws {
        let refusal = try refusal([UInt8](repeating: 1, count: 64), [], try [UInt8](hex: hex))
        #expect(refusal == .nonCanonicalKey)
    }

    @Test func `the reasons of a refusal are told apart`() throws {
        let (signature, key) = (try [UInt8](hex: Self.known[1].signature), try [UInt8](hex: Self.known[1].key))
        let offCurve = try refusal(signature, [0x72], [2] + [UInt8](repeating: 0, count: 31))
        #expect(offCurve == .notOnCurve)
        let smallOrder = try refusal(try [UInt8](hex: Self.smallOrderKeys[4]) + signature[32...], [0x72], key)
        #expect(smallOrder == .smallOrderSignature)
        let other = try refusal(signature, [0x73], key)
        #expect(other == .badSignature)
    }

    @Test(arguments: known) func `the order of the group added to a signature is refused`(known: Known) throws {
        let order = try [UInt8](hex: "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
        var signature = try [UInt8](hex: known.signature)
        var carry = 0
        for index in 0..<32 {
            let sum = Int(signature[32 + index]) + Int(order[index]) + carry
            signature[32 + index] = UInt8(sum & 0xff)
            carry = sum >> 8
        }
        let refusal = try refusal(signature, try [UInt8](hex: known.message), try [UInt8](hex: known.key))
        #expect(carry == 0 && refusal == .nonCanonicalSignature)
    }

    @Test func `bytes that are no key are refused`() throws {
        let (seed, key) = (try [UInt8](hex: Self.known[0].seed), try [UInt8](hex: Self.known[1].key))
        #expect(throws: Ed25519.KeyRefusal.halvesDiffer) { try Ed25519.SigningKey(seed + key) }
        for count in [0, 31, 33, 63, 65] {
            #expect(throws: Ed25519.KeyRefusal.wrongLength(bytes: count)) {
                try Ed25519.SigningKey([UInt8](repeating: 1, count: count))
            }
        }
    }
}
