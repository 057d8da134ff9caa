import AvatarServices
import Bus
import HTTPClient
import Identity
import Testing

/// Whose webhooks are believed, and what they say.
struct AvatarWebhookTests {
    private let secret = Array("whsec_0123456789".utf8)
    private let seconds = 1_795_694_400
    private let made =
        #"{"event_type":"avatar_video.success","event_data":{"video_id":"v_1","url":"https://f.example/v.mp4","callback_id":"019abcde-0123-7456-89ab-0123456789ab"}}"#

    private func hex(_ body: String, secret: [UInt8]? = nil) throws -> String {
        let code = try #require(MessageCode.sha256(of: Array(body.utf8), secret: secret ?? self.secret))
        return code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private func headers(_ body: String, at seconds: Int? = nil) throws -> HTTPHeaders {
        [
            "Heygen-Signature": try hex(body), "Heygen-Timestamp": "\(seconds ?? self.seconds)",
            "Heygen-Event-Id": "evt_1",
        ]
    }

    private func take(
        _ body: String,
        _ headers: HTTPHeaders,
        secrets: [[UInt8]]? = nil,
        settings: AvatarWebhook.Settings = AvatarWebhook.Settings()
    ) -> Result<AvatarEvent, AvatarWebhook.Refusal> {
        let webhook = AvatarWebhook(secrets: secrets ?? [secret], settings: settings)
        let now = Timestamp(seconds: Int64(seconds))
        return Result { () throws(AvatarWebhook.Refusal) in try webhook.event(Array(body.utf8), headers, at: now) }
    }

    private func refusal(_ result: Result<AvatarEvent, AvatarWebhook.Refusal>) -> AvatarWebhook.Refusal? {
        if case .failure(let refusal) = result { refusal } else { nil }
    }

    // MARK: Whom to believe

    @Test func `a delivery with its signature is taken`() throws {
        let event = try take(made, try headers(made)).get()
        #expect(event.film == "v_1" && event.order == orderID && event.type == "avatar_video.success")
        #expect(event.news == .made(address: "https://f.example/v.mp4"))
        #expect(event.id.hasPrefix("sha256:") && event.id.count == 71)
    }

    @Test func `any byte of the body that is changed spoils it`() throws {
        let headers = try headers(made)
        for place in made.utf8.indices {
            var bytes = Array(made.utf8)
            bytes[made.utf8.distance(from: made.utf8.startIndex, to: place)] ^= 1
            let webhook = AvatarWebhook(secrets: [secret])
            let now = Timestamp(seconds: Int64(seconds))
            #expect(throws: AvatarWebhook.Refusal.wrong) { try webhook.event(bytes, headers, at: now) }
        }
    }

    @Test func `a forged signature is refused before the body is read`() throws {
        let other = try hex(made, secret: Array("another".utf8))
        let stamp = "\(seconds)"
        #expect(refusal(take(made, ["Heygen-Signature": other, "Heygen-Timestamp": stamp])) == .wrong)
        #expect(refusal(take("no json", ["Heygen-Signature": other, "Heygen-Timestamp": stamp])) == .wrong)
        let good = try hex(made)
        for text in ["", "00", "g" + good.dropFirst(), good + "00", "sha256=" + good, String(good.dropLast()) + "é"] {
            let found = refusal(take(made, ["Heygen-Signature": text, "Heygen-Timestamp": stamp]))
            #expect(found == .missing(header: "Heygen-Signature"))
        }
        #expect(refusal(take(made, ["Heygen-Timestamp": stamp])) == .missing(header: "Heygen-Signature"))
        var twice = try headers(made)
        twice.append(name: "heygen-signature", value: good)
        #expect(refusal(take(made, twice)) == .missing(header: "Heygen-Signature"))
    }

    @Test func `letters of either case are digits, and names of headers have no case`() throws {
        let event = try take(
            made,
            ["HEYGEN-SIGNATURE": try hex(made).uppercased(), "heygen-timestamp": "\(seconds)"]
        ).get()
        #expect(event.film == "v_1")
    }

    @Test(arguments: [-301, 301]) func `old deliveries and those of the future are refused`(_ away: Int) throws {
        #expect(refusal(take(made, try headers(made, at: seconds + away))) == .outOfWindow)
        let event = try take(made, try headers(made, at: seconds + away - away.signum())).get()
        #expect(event.film == "v_1")
    }

    @Test(arguments: ["", "soon", "-1", "1e9", "99999999999999999999", "1795694400.5"])
    func `a time that is none is missing`(_ text: String) throws {
        let found = refusal(take(made, ["Heygen-Signature": try hex(made), "Heygen-Timestamp": text]))
        #expect(found == .missing(header: "Heygen-Timestamp"))
    }

    @Test func `older endpoints have other headers and no time`() throws {
        var settings = AvatarWebhook.Settings()
        settings.signatureHeader = "signature"
        settings.timestampHeader = nil
        let event = try take(made, ["Signature": try hex(made)], settings: settings).get()
        #expect(event.film == "v_1")
        #expect(refusal(take(made, try headers(made), settings: settings)) == .missing(header: "signature"))
    }

    @Test func `both secrets hold while it is being changed, and without any nothing does`() throws {
        let event = try take(made, try headers(made), secrets: [Array("new".utf8), secret]).get()
        #expect(event.film == "v_1")
        #expect(refusal(take(made, try headers(made), secrets: [])) == .notSetUp)
        #expect(refusal(take(made, ["Heygen-Signature": try hex(made, secret: [])], secrets: [[]])) == .notSetUp)
    }

    @Test func `a repeated delivery has the id of the first, whatever its headers say`() throws {
        let first = try take(made, try headers(made)).get()
        var repeated = try headers(made, at: seconds + 60)
        repeated["Heygen-Event-Id"] = "evt_2"
        let second = try take(made, repeated).get()
        #expect(first == second)
        let named = #"{"event_id":"evt_7","event_type":"avatar_video.success","event_data":{"video_id":"v_1"}}"#
        let event = try take(named, try headers(named)).get()
        #expect(event.id == "evt_7" && event.id != first.id)
    }

    @Test func `a body that is too large is not looked at`() throws {
        var settings = AvatarWebhook.Settings()
        settings.bodyBytesMax = made.utf8.count - 1
        #expect(refusal(take(made, try headers(made), settings: settings)) == .tooLarge)
        settings.bodyBytesMax += 1
        #expect(refusal(take(made, try headers(made), settings: settings)) == nil)
    }

    // MARK: What they say

    @Test(arguments: [
        (#"{"video_id":"v_1","video_url":"https://f.example/b.mp4"}"#, "https://f.example/b.mp4"),
        (#"{"video_id":"v_1","url":"","video_url":"https://f.example/b.mp4"}"#, "https://f.example/b.mp4"),
        (#"{"video_id":"v_1","url":"javascript:alert(1)"}"#, nil), (#"{"video_id":"v_1","url":null}"#, nil),
    ])
    func `the address stands under two names, or is asked for`(_ data: String, _ address: String?) throws {
        let body = #"{"event_type":"avatar_video.success","event_data":\#(data)}"#
        let event = try take(body, try headers(body)).get()
        #expect(event.news == .made(address: address) && event.order == nil)
    }

    @Test func `a failure tells why`() throws {
        let body =
            #"{"event_type":"avatar_video.fail","event_data":{"video_id":"v_1","msg":"It\u0000 broke: https://x"}}"#
        let event = try take(body, try headers(body)).get()
        #expect(event.news == .failed(AvatarFailure(.failed, code: "", message: "It broke: [address]")))
        let refused = #"{"event_type":"avatar_video.fail","event_data":{"video_id":"v_1","failure_code":"moderation"}}"#
        let other = try take(refused, try headers(refused)).get()
        #expect(other.news == .failed(AvatarFailure(.refused, code: "moderation", message: "")))
    }

    @Test func `other events are told as such`() throws {
        let body =
            #"{"event_type":"avatar_video_gif.success","event_data":{"video_id":"../../x","callback_id":"mine"}}"#
        let event = try take(body, try headers(body)).get()
        #expect(event.news == .other && event.film == nil && event.order == nil)
    }

    @Test(arguments: [
        "[]", "", "{}", #"{"event_type":""}"#, #"{"event_type":5}"#, #"{"event_type":"avatar_video.success"}"#,
        #"{"event_type":"avatar_video.fail","event_data":{"video_id":"a/b"}}"#, #"{"event_type":"x""#,
    ])
    func `a body that is no event is malformed`(_ body: String) throws {
        #expect(refusal(take(body, try headers(body))) == .malformed)
    }

    @Test func `the unsigned webhook gives an id to ask for, and nothing else`() {
        #expect(DIDWebhook.hint(Array(#"{"id":"tlk_1","status":"done","result_url":"https://evil"}"#.utf8)) == "tlk_1")
        for body in ["", "[]", #"{"id":7}"#, #"{"id":"../credits"}"#, #"{"id":""}"#] {
            #expect(DIDWebhook.hint(Array(body.utf8)) == nil)
        }
        let large = #"{"id":"tlk_1","x":""# + String(repeating: "x", count: 300_000) + "\"}"
        #expect(DIDWebhook.hint(Array(large.utf8)) == nil)
    }
}
