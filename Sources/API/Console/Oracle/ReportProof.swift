import Foundation
import WalletOracle

/// The signature of a report, what was signed, and how anybody checks it.
struct ReportProof: View {
    let sheet: ReportSheet

    var body: Markup {
        section(.id("proof"), .aria("labelledby", "proof-name")) {
            h2(.id("proof-name")) { "Signature" }
            switch sheet.signed {
            case .failure(let failure): Unavailable(failure: failure)
            case .success(nil): p(.class("warning")) { "The station has no key, so the report is not signed." }
            case .success(let signed?): proof(signed)
            }
        }
    }

    @MarkupBuilder private func proof(_ signed: SignedReport) -> Markup {
        dl(.class("facts")) {
            dt("Method")
            dd(SignedReport.algorithm)
            dt("Key")
            dd {
                code(signed.keyID)
                ", among "
                a(.href("/.well-known/cryptocall-oracle.json")) { "the published keys" }
            }
        }
        details(.id("signed")) {
            summary("The signature and what is signed")
            text("signature-text", "The signature, in base64", Data(signed.signature).base64EncodedString())
            text("signed-text", "The signed text, all of it", String(decoding: signed.report, as: UTF8.self))
        }
        details(.id("verify")) {
            summary("How to verify it")
            ol {
                if let publicKey = sheet.publicKey {
                    li {
                        "Save the public key as "
                        code("key.pem")
                        ", once it agrees with the published one:"
                        text("public-key", "The public key", ReportProof.pem(publicKey))
                    }
                }
                li {
                    "Save the signed text as "
                    code("report.json")
                    ", as UTF-8 and without a line break at its end, and the signature, read from base64, as "
                    code("report.sig")
                    ". A program gets both from "
                    a(.href(programPath)) { "GET \(programPath.text)" }
                }
                li {
                    code("openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in report.json -sigfile report.sig")
                }
            }
        }
    }

    private var programPath: OwnPath {
        let folder: OwnPath = "/oracle/report"
        return folder.appending(sheet.report.wallet)
    }

    /// A text to be copied: by the button where scripts run, and otherwise as ever.
    @MarkupBuilder private func text(_ id: String, _ name: String, _ text: String) -> Markup {
        p(.class("note"), .id("\(id)-name")) { name }
        pre(.class("secret"), .id(id), .aria("labelledby", "\(id)-name"), .role("region")) { text }
        p {
            button(.type("button"), .data("copy", id), .flag(.hidden)) { "Copy" }
            " "
            span(.id("\(id)-copied"), .role("status")) { "" }
        }
    }

    /// A key of 32 bytes as programs take it: what tells that it is one of Ed25519 stands in front of it.
    private static func pem(_ key: [UInt8]) -> String {
        let head: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]
        return """
            -----BEGIN PUBLIC KEY-----
            \(Data(head + key).base64EncodedString())
            -----END PUBLIC KEY-----
            """
    }
}
