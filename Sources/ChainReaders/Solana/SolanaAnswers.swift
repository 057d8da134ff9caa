import Chains
import JSON

import struct Foundation.Data

/// How answers of Solana's JSON-RPC are read: exactly, and nothing for granted.
enum SolanaAnswers {
    /// The value in a `{context, value}`.
    static func placed<Value>(
        _ answer: JSONValue,
        _ read: (JSONValue) throws(ChainError) -> Value
    ) throws(ChainError) -> Placed<Value> {
        guard let slot = answer["context"]?["slot"]?.int.flatMap(UInt64.init(exactly:)),
            let value = answer.object?["value"]
        else { throw ChainError(.malformed, "no slot beside the value") }
        return Placed(slot: slot, value: try read(value))
    }

    static func number(_ answer: JSONValue) throws(ChainError) -> UInt64 {
        guard let number = answer.int.flatMap(UInt64.init(exactly:)) else {
            throw ChainError(.malformed, "no whole number")
        }
        return number
    }

    /// An account's owner and data; `nil` where there is none.
    static func account(_ value: JSONValue) throws(ChainError) -> (owner: SolanaAddress, data: [UInt8])? {
        if value.isNull { return nil }
        guard let owner = value["owner"]?.string.flatMap({ SolanaAddress($0) }) else {
            throw ChainError(.malformed, "an account without an owner")
        }
        return (owner, try data(value["data"]))
    }

    /// Bytes written as `[text, "base64"]`.
    static func data(_ value: JSONValue?) throws(ChainError) -> [UInt8] {
        guard value?[1]?.string == "base64", let bytes = value?[0]?.string.flatMap({ Data(base64Encoded: $0) }) else {
            throw ChainError(.malformed, "data that are not base64")
        }
        return [UInt8](bytes)
    }
}
