import AvatarServices
import Bus
import Domain
import HTTPClient
import JSON
import Testing

/// What is asked of HeyGen's third interface, and how its answers are read.
struct HeyGenV3Tests {
    private func service(_ answers: [ScriptedTransport.Answer]) -> (HeyGenV3, ScriptedTransport) {
        let transport = ScriptedTransport(answers)
        return (HeyGenV3(account(.heyGen, transport)), transport)
    }

    private func body(of order: AvatarOrder) async throws -> JSONValue {
        let (service, transport) = service([answer(#"{"data":{"video_id":"v_1","status":"waiting"}}"#)])
        let taken = try await service.submit(order)
        #expect(taken == AvatarSubmission(provider: "heygen", id: "v_1"))
        let request = try #require(transport.requests.first)
        #expect(request.method == .post && request.url == "https://api.heygen.com/v3/videos")
        #expect(request.headers["X-Api-Key"] == key && request.headers["Content-Type"] == "application/json")
        #expect(request.headers["Idempotency-Key"] == orderID.description)
        return try JSONValue(parsing: request.body)
    }

    private func progress(_ film: String) async throws -> AvatarProgress {
        let (service, transport) = service([answer(#"{"data":\#(film)}"#)])
        let progress = try await service.status("v_1")
        #expect(transport.requests.map(\.url) == ["https://api.heygen.com/v3/videos/v_1"])
        return progress
    }

    // MARK: Orders

    @Test func `an order is sent with our id in three places`() async throws {
        let body = try await body(of: try order())
        let expected: JSONValue = [
            "type": "avatar", "avatar_id": "Anna_public", "voice_id": "voice-1",
            "script": "Bitcoin is up. Ether is not.", "title": .string("Morning news \(orderID)"),
            "callback_id": .string(orderID.description), "resolution": "1080p", "aspect_ratio": "16:9",
            "output_format": "mp4",
        ]
        #expect(body == expected)
    }

    @Test func `wishes go along`() async throws {
        let wanted = try order(
            .picture("https://pictures.example/anna.png"),
            speech: .sound("https://sounds.example/news.mp3"),
            size: AvatarSize(.p720, .tall),
            background: .color("#102030"),
            captions: true,
            callback: "https://station.example/api/webhooks/heygen"
        )
        let body = try await body(of: wanted)
        #expect(body["type"] == "image" && body["avatar_id"] == nil)
        #expect(body["image"] == ["type": "url", "url": "https://pictures.example/anna.png"])
        #expect(body["audio_url"] == "https://sounds.example/news.mp3")
        #expect(body["script"] == nil && body["voice_id"] == nil)
        #expect(body["resolution"] == "720p" && body["aspect_ratio"] == "9:16")
        #expect(body["background"] == ["type": "color", "value": "#102030"])
        #expect(body["caption"] == ["file_format": "srt"])
        #expect(body["callback_url"] == "https://station.example/api/webhooks/heygen")
        let picture = try await self.body(of: try order(background: .picture("https://pictures.example/b.jpg")))
        #expect(picture["background"] == ["type": "image", "url": "https://pictures.example/b.jpg"])
    }

    @Test func `a script of several parts is not sent`() async throws {
        let (service, transport) = service([])
        let long = try order(speech: .script(try longScript(parts: 3)))
        let found = await error { () throws(AvatarError) in try await service.submit(long) }
        #expect(found?.code == .invalidOrder && found?.field == "script" && transport.requests.isEmpty)
    }

    @Test(arguments: FaultCase.ofOrders)
    func `a fault is told by its kind`(_ fault: FaultCase) async throws {
        let (service, _) = service([fault.reply()])
        let order = try order()
        fault.check(await error { () throws(AvatarError) in try await service.submit(order) })
    }

    @Test(arguments: [
        (400, "insufficient_credit", AvatarError.Code.outOfCredit), (403, "insufficient_credit", .outOfCredit),
        (429, "quota_exceeded", .outOfCredit), (429, "rate_limit_exceeded", .rateLimited),
        (400, "content_moderation_failed", .refused), (403, "resource_access_denied", .forbidden),
        (400, "invalid_parameter", .rejected), (404, "avatar_not_found", .notFound),
    ])
    func `the name of a fault says more than its status`(
        _ status: Int,
        _ name: String,
        _ code: AvatarError.Code
    ) async throws {
        let text = #"{"error":{"code":"\#(name)","message":"see https://x.example/ for \#(key)","param":"voice_id"}}"#
        let (service, _) = service([answer(text, status: status)])
        let order = try order()
        let found = await error { () throws(AvatarError) in try await service.submit(order) }
        #expect(found?.code == code && found?.field == "voice" && found?.mayHaveBeenTaken == false)
        #expect(found?.message.contains(name) == true)
        #expect(found?.detail == "see [address] for [key]")
    }

    @Test func `a fault in an answer with a good status is one`() async throws {
        let (service, _) = service([answer(#"{"data":null,"error":"Insufficient credit"}"#)])
        let order = try order()
        let found = await error { () throws(AvatarError) in try await service.submit(order) }
        #expect(found?.code == .outOfCredit && found?.mayHaveBeenTaken == false)
    }

    @Test func `a repeated order may be given again for a day`() {
        let (service, _) = service([])
        #expect(service.repeatableFor == .seconds(86_400) && service.scenesMax == 1)
    }

    // MARK: Films

    @Test(arguments: [("waiting", AvatarProgress.waiting), ("pending", .waiting), ("processing", .working)])
    func `a film that is not made yet is waited for`(_ status: String, _ expected: AvatarProgress) async throws {
        let progress = try await progress(#"{"id":"v_1","status":"\#(status)","video_url":null}"#)
        #expect(progress == expected)
    }

    @Test func `a film that is made tells where it is`() async throws {
        let progress = try await progress(
            """
            {"id":"v_1","status":"completed","video_url":"https://files.example/v.mp4?sig=1","duration":30.52,
            "subtitle_url":"https://files.example/v.srt","thumbnail_url":"https://files.example/v.jpg",
            "failure_code":null,"new_field":{"x":[1]}}
            """
        )
        let film = AvatarFilm(
            address: "https://files.example/v.mp4?sig=1",
            seconds: ExactDecimal("30.52"),
            captions: "https://files.example/v.srt",
            thumbnail: "https://files.example/v.jpg"
        )
        #expect(progress == .done(film))
        #expect(!"\(film)".contains("://"))
    }

    @Test func `what a film does not tell is missing`() async throws {
        let progress = try await progress(
            #"{"status":"completed","video_url":"https://files.example/v.mp4","duration":null,"subtitle_url":""}"#
        )
        #expect(progress == .done(AvatarFilm(address: "https://files.example/v.mp4", seconds: nil)))
    }

    @Test func `a film that failed tells why`() async throws {
        let failed = try await progress(
            #"{"id":"v_1","status":"failed","failure_code":"rendering_failed","failure_message":"It\nbroke"}"#
        )
        #expect(failed == .failed(AvatarFailure(.failed, code: "rendering_failed", message: "It broke")))
        let refused = try await progress(#"{"id":"v_1","status":"failed","failure_code":"MODERATION_BLOCKED"}"#)
        #expect(refused == .failed(AvatarFailure(.refused, code: "moderation_blocked", message: "")))
        let silent = try await progress(#"{"id":"v_1","status":"failed"}"#)
        #expect(silent == .failed(AvatarFailure(.failed, code: "", message: "")))
    }

    @Test(arguments: [
        #"{"data":{"id":"v_2","status":"processing"}}"#, #"{"data":{"id":"v_1","status":"sleeping"}}"#,
        #"{"data":{"id":"v_1"}}"#, #"{"data":{"id":"v_1","status":"completed"}}"#,
        #"{"data":{"id":"v_1","status":"completed","video_url":"javascript:1"}}"#,
        #"{"data":{"id":"v_1","status":"completed","video_url":7}}"#,
        #"{"data":{"id":"v_1","status":"completed","video_url":"https://a.example/","duration":-1}}"#,
        #"{"data":{"id":"v_1","status":"completed","video_url":"https://a.example/","duration":"long"}}"#,
        #"{"data":{"id":"v_1","status":"completed","video_url":"https://a.example/","duration":1e9}}"#,
        #"{"data":[]}"#, "{}", "null", "<html></html>", #"{"data":{"id":"v_1","status":"proc"#,
    ])
    func `an answer that cannot be is malformed`(_ text: String) async {
        let (service, _) = service([answer(text)])
        let found = await error { () throws(AvatarError) in try await service.status("v_1") }
        #expect(found?.code == .malformed && found?.mayHaveBeenTaken == false)
        #expect(found?.disposition == .retry)
    }

    @Test func `an unknown film is not found, and a wrong id is not asked for`() async {
        let (service, transport) = service([answer(#"{"error":{"code":"not_found"}}"#, status: 404)])
        let found = await error { () throws(AvatarError) in try await service.status("v_1") }
        #expect(found?.code == .notFound)
        let wrong = await error { () throws(AvatarError) in try await service.status("../users/me") }
        #expect(wrong?.code == .invalidOrder && transport.requests.count == 1)
    }

    // MARK: Lists and the account

    @Test func `an order is found by its id in the title`() async throws {
        let (service, transport) = service([
            answer(#"{"data":[{"id":"v_8","title":"Another"},{"id":"v_7"}],"has_more":true,"next_token":"a b&c"}"#),
            answer(#"{"data":[{"id":"v_9","title":"Morning news \#(orderID)"}],"has_more":false}"#),
        ])
        let found = try await service.find(orderID)
        #expect(found == .found(AvatarSubmission(provider: "heygen", id: "v_9")))
        let path = "https://api.heygen.com/v3/videos?limit=100&title=\(orderID)"
        #expect(transport.requests.map(\.url) == [path, path + "&token=a%20b%26c"])
    }

    @Test func `an order that is in no list is absent, and a list without end is unclear`() async throws {
        let (empty, _) = service([answer(#"{"data":[],"has_more":false,"next_token":null}"#)])
        let absent = try await empty.find(orderID)
        #expect(absent == .absent)
        let page = #"{"data":[{"id":"v_8","title":"Another"}],"has_more":true,"next_token":"more"}"#
        let (long, transport) = service((0..<20).map { _ in answer(page) })
        let unclear = try await long.find(orderID)
        #expect(unclear == .unclear && transport.requests.count == 10)
        let (torn, _) = service([answer(#"{"data":[],"has_more":true}"#)])
        let found = await error { () throws(AvatarError) in try await torn.find(orderID) }
        #expect(found?.code == .malformed)
    }

    @Test func `a film is deleted once, and what is gone is gone`() async throws {
        let (service, transport) = service([
            answer("", status: 204), answer(#"{"data":{"id":"v_1"}}"#), answer("{}", status: 404),
            answer("{}", status: 403),
        ])
        for _ in 0..<3 { try await service.cancel("v_1") }
        let found = await error { () throws(AvatarError) in try await service.cancel("v_1") }
        #expect(found?.code == .forbidden)
        #expect(transport.requests.allSatisfy { $0.method == .delete && $0.url.hasSuffix("/v3/videos/v_1") })
    }

    @Test(arguments: [
        (
            #"{"wallet":{"currency":"usd","remaining_balance":42.5},"subscription":null}"#, "42.5",
            AvatarQuota.Unit.dollars
        ),
        (#"{"wallet":{"currency":"credits","remaining_balance":7}}"#, "7", .credits),
        (
            #"{"subscription":{"credits":{"premium_credits":{"remaining":500},"add_on_credits":{"remaining":null}}}}"#,
            "500", .credits
        ),
        (#"{"usage_based":{"spending_current_usd":42.5,"spending_cap_usd":100}}"#, "57.5", .dollars),
        (#"{"usage_based":{"spending_current_usd":142.5,"spending_cap_usd":100}}"#, "0", .dollars),
        (#"{"usage_based":{"spending_current_usd":1,"spending_cap_usd":null}}"#, "", .dollars),
    ])
    func `what is left is told for each way to pay`(_ data: String, _ left: String, _ unit: AvatarQuota.Unit)
        async throws
    {
        let (service, _) = service([answer(#"{"data":\#(data)}"#)])
        let quota = try await service.quota()
        #expect(quota == AvatarQuota(left: ExactDecimal(left), unit: unit))
    }

    @Test(arguments: [#"{"billing_type":"wallet"}"#, #"{"wallet":{"remaining_balance":null}}"#, #"{"wallet":7}"#])
    func `an account that does not tell is malformed`(_ data: String) async {
        let (service, _) = service([answer(#"{"data":\#(data)}"#)])
        let found = await error { () throws(AvatarError) in try await service.quota() }
        #expect(found?.code == .malformed)
    }
}
