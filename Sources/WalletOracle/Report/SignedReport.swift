import Foundation
import JSON

/// A report with a signature that anyone can check with the station's published Ed25519 key.
///
/// The report stands in it as a text: whoever checks takes that text's UTF-8 bytes, the signature and the key that the
/// id names, and needs to know nothing of how the report is written.
package struct SignedReport: Hashable, Sendable {
    package enum Problem: Error, Hashable, Sendable {
        case notAnEnvelope
        /// Signed by another method than Ed25519.
        case unknownAlgorithm
        case badSignatureLength(Int)
        /// The signature is not one of these bytes by this key.
        case forged(keyID: String)
        case report(WalletReport.Problem)
    }

    package static let algorithm = "Ed25519"
    package static let signatureBytes = 64
    private static let bytesMax = 2 * WalletReport.bytesMax

    /// The bytes that are signed.
    package let report: [UInt8]
    package let keyID: String
    package let signature: [UInt8]

    /// Signs a report.
    ///
    /// - Parameters:
    ///   - report: what to sign.
    ///   - keyID: names the key among the published ones.
    ///   - sign: makes an Ed25519 signature of some bytes.
    /// - Throws: `Problem` when that is none, or whatever signing throws.
    package init(_ report: WalletReport, keyID: String, sign: ([UInt8]) throws -> [UInt8]) throws {
        let bytes = report.bytesToSign
        let signature = try sign(bytes)
        guard signature.count == SignedReport.signatureBytes else {
            throw Problem.badSignatureLength(signature.count)
        }
        self.report = bytes
        self.keyID = keyID
        self.signature = signature
    }

    /// Reads an envelope; nothing of it is checked yet.
    package init(parsing bytes: [UInt8]) throws(Problem) {
        guard bytes.count <= SignedReport.bytesMax, let value = try? JSONValue(parsing: bytes, depthMax: 4),
            let report = value["report"]?.string, let keyID = value["key_id"]?.string, !keyID.isEmpty,
            let text = value["signature"]?.string, let signature = Data(base64Encoded: text)
        else { throw .notAnEnvelope }
        guard value["algorithm"]?.string == SignedReport.algorithm else { throw .unknownAlgorithm }
        guard signature.count == SignedReport.signatureBytes else { throw .badSignatureLength(signature.count) }
        self.report = Array(report.utf8)
        self.keyID = keyID
        self.signature = Array(signature)
    }

    /// The envelope as JSON.
    package var bytes: [UInt8] {
        let value: JSONValue = [
            "algorithm": .string(SignedReport.algorithm),
            "key_id": .string(keyID),
            "report": .string(String(decoding: report, as: UTF8.self)),
            "signature": .string(Data(signature).base64EncodedString()),
        ]
        return value.bytes
    }

    /// The report, if it is genuine.
    ///
    /// - Parameter isSigned: whether a signature is one of some bytes by the key of an id.
    /// - Returns: the report, read from the signed bytes.
    /// - Throws: `Problem`.
    package func verified(
        by isSigned: (_ bytes: [UInt8], _ signature: [UInt8], _ keyID: String) -> Bool
    ) throws(Problem) -> WalletReport {
        guard isSigned(report, signature, keyID) else { throw .forged(keyID: keyID) }
        do throws(WalletReport.Problem) { return try WalletReport(parsing: report) } catch { throw .report(error) }
    }
}
