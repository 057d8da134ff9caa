import Bus
import HTTPTypes
import Identity
import Testing

@testable import API

/// Who a webhook's sender is.
struct WebhookSignatureTests {
    private let secret = Array("whsec_0123456789abcdef".utf8)
    private let body = Array(#"{"id":"evt_1"}"#.utf8)
    private let time: Int64 = 1_700_000_000

    private func code(_ body: [UInt8], at time: Int64, secret: [UInt8]? = nil) throws -> String {
        let code = try #require(
            MessageCode.sha256(of: Array("\(time).".utf8) + body, secret: secret ?? self.secret)
        )
        return code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private func refusal(
        _ scheme: WebhookScheme,
        _ headers: [String: String],
        body: [UInt8]? = nil,
        at now: Int64? = nil
    ) -> WebhookSignature.Refusal? {
        var fields = HTTPFields()
        for (name, value) in headers {
            guard let name = HTTPField.Name(name) else { continue }
            fields.append(HTTPField(name: name, value: value))
        }
        let signature = WebhookSignature(scheme: scheme, secret: secret, tolerance: .seconds(300))
        do throws(WebhookSignature.Refusal) {
            try signature.check(body ?? self.body, fields, at: Timestamp(seconds: now ?? time))
            return nil
        } catch {
            return error
        }
    }

    @Test func `the code is that of the published test case`() {
        // RFC 4231, test case 2.
        let code = MessageCode.sha256(of: Array("what do ya want for nothing?".utf8), secret: Array("Jefe".utf8))
        #expect(code?.prefix(4) == [0x5b, 0xdc, 0xc1, 0x46] && code?.suffix(2) == [0x38, 0x43])
    }

    @Test func `a signature holds for its body, its time and its secret only`() throws {
        let good = try code(body, at: time)
        #expect(refusal(.stripe, ["stripe-signature": "t=\(time),v1=\(good)"]) == nil)
        #expect(refusal(.hmac, ["x-signature": "sha256=\(good)", "x-timestamp": "\(time)"]) == nil)
        #expect(refusal(.stripe, ["stripe-signature": "t=\(time + 1),v1=\(good)"]) == .wrong)
        #expect(refusal(.stripe, ["stripe-signature": "t=\(time),v1=\(good)"], body: body + [32]) == .wrong)
        let other = try code(body, at: time, secret: Array("another".utf8))
        #expect(refusal(.stripe, ["stripe-signature": "t=\(time),v1=\(other)"]) == .wrong)
        #expect(refusal(.stripe, ["stripe-signature": "t=\(time),v0=\(good)"]) == .wrong)
        // While its secret is being changed a sender signs with both.
        #expect(refusal(.stripe, ["stripe-signature": "t=\(time),v1=\(other),v1=\(good)"]) == nil)
    }

    @Test func `an old signature is somebody repeating it, one of the future a wrong clock`() throws {
        let headers = ["stripe-signature": "t=\(time),v1=\(try code(body, at: time))"]
        #expect(refusal(.stripe, headers, at: time + 300) == nil)
        #expect(refusal(.stripe, headers, at: time + 301) == .outOfWindow)
        #expect(refusal(.stripe, headers, at: time - 301) == .outOfWindow)
    }

    @Test func `what cannot be read proves nothing`() {
        #expect(refusal(.stripe, [:]) == .missing(header: "stripe-signature"))
        #expect(refusal(.stripe, ["stripe-signature": "v1=00"]) == .missing(header: "Stripe-Signature"))
        #expect(refusal(.stripe, ["stripe-signature": "t=x,v1=00"]) == .wrong)
        #expect(refusal(.stripe, ["stripe-signature": "t=\(Int64.max),v1=00"]) == .wrong)
        #expect(refusal(.hmac, ["x-signature": "00", "x-timestamp": "1"]) == .missing(header: "x-signature"))
        #expect(refusal(.bearer, ["authorization": "Bearer whsec_0123456789abcdef"]) == nil)
        #expect(refusal(.bearer, ["authorization": "whsec_0123456789abcdef"]) == nil)
        #expect(refusal(.bearer, ["authorization": "whsec_0123456789abcdeg"]) == .wrong)
    }
}
