import Chains
import Foundation
import JSON
import TestKit
import Testing

/// Answers of independent implementations, which are kept beside the project and not in it.
enum VectorFile {
    static let isThere = TestData.has("vectors")
    static let absence: Comment = "no vectors here: CRYPTOCALL_TEST_DATA names their folder"

    static func read(_ name: String) throws -> JSONValue {
        let url = URL(filePath: "\(TestData.folder)/vectors/\(name).json")
        return try JSONValue(parsing: Array(try Data(contentsOf: url)))
    }
}

extension JSONValue {
    /// A member that has to be an array.
    func list(_ name: String) throws -> [JSONValue] { try #require(self[name]?.array) }

    /// A member that has to be a text.
    func text(_ name: String) throws -> String { try #require(self[name]?.string) }

    /// A member that has to be hexadecimal.
    func bytes(_ name: String) throws -> [UInt8] { try #require(Hexadecimal.decode(try text(name))) }

    /// A member that has to be an address of Solana.
    func address(_ name: String) throws -> SolanaAddress { try #require(SolanaAddress(try text(name))) }
}

extension [UInt8] {
    init(hex: String) throws { self = try #require(Hexadecimal.decode(hex)) }
}
