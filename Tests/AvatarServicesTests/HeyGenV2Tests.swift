import AvatarServices
import Bus
import Domain
import HTTPClient
import JSON
import Testing

/// What is asked of HeyGen's second interface, and how its answers are read.
struct HeyGenV2Tests {
    private func service(_ answers: [ScriptedTransport.Answer], isTest: Bool = false) -> (HeyGenV2, ScriptedTransport) {
        let transport = ScriptedTransport(answers)
        return (HeyGenV2(account(.heyGen, transport), isTest: isTest), transport)
    }

    private func body(of order: AvatarOrder, isTest: Bool = false) async throws -> JSONValue {
        let (service, transport) = service([answer(#"{"error":null,"data":{"video_id":"abc123"}}"#)], isTest: isTest)
        let taken = try await service.submit(order)
        #expect(taken == AvatarSubmission(provider: "heygen-v2", id: "abc123"))
        let request = try #require(transport.requests.first)
        #expect(request.method == .post && request.url == "https://api.heygen.com/v2/video/generate")
        #expect(request.headers["X-Api-Key"] == key)
        return try JSONValue(parsing: request.body)
    }

    private func progress(_ data: String) async throws -> AvatarProgress {
        let (service, transport) = service([answer(#"{"code":100,"data":\#(data),"message":"Success"}"#)])
        let progress = try await service.status("abc123")
        #expect(transport.requests.map(\.url) == ["https://api.heygen.com/v1/video_status.get?video_id=abc123"])
        return progress
    }

    // MARK: Orders

    @Test func `a script of several parts is one film of as many scenes`() async throws {
        let script = try longScript(parts: 3)
        #expect(script.parts.count == 3)
        let wanted = try order(
            speech: .script(script),
            size: AvatarSize(.p720, .wide),
            background: .color("#000000"),
            captions: true
        )
        let body = try await body(of: wanted)
        let scenes = try #require(body["video_inputs"]?.array)
        #expect(scenes.compactMap { $0["voice"]?["input_text"]?.string }.joined() == script.text)
        for scene in scenes {
            #expect(scene["character"] == ["type": "avatar", "avatar_id": "Anna_public", "avatar_style": "normal"])
            #expect(scene["voice"]?["type"] == "text" && scene["voice"]?["voice_id"] == "voice-1")
            #expect(scene["background"] == ["type": "color", "value": "#000000"])
        }
        #expect(body["dimension"] == ["width": 1280, "height": 720])
        #expect(body["title"]?.string == "Morning news \(orderID)" && body["callback_id"]?.string == "\(orderID)")
        #expect(body["caption"] == true && body["test"] == nil && body["callback_url"] == nil)
    }

    @Test func `sound has no captions, a photo is a talking one, and a test costs nothing`() async throws {
        let wanted = try order(
            .photo("photo-1"),
            speech: .sound("https://sounds.example/news.mp3"),
            size: AvatarSize(.p1080, .tall),
            captions: true,
            callback: "https://station.example/hook"
        )
        let body = try await body(of: wanted, isTest: true)
        #expect(
            body["video_inputs"]?[0]?["voice"] == ["type": "audio", "audio_url": "https://sounds.example/news.mp3"]
        )
        #expect(body["video_inputs"]?[0]?["character"] == ["type": "talking_photo", "talking_photo_id": "photo-1"])
        #expect(body["video_inputs"]?[0]?["background"] == nil && body["caption"] == nil && body["test"] == true)
        #expect(body["dimension"] == ["width": 1080, "height": 1920])
        #expect(body["callback_url"] == "https://station.example/hook")
    }

    @Test func `what it does not take is not sent`() async throws {
        let (service, transport) = service([])
        let picture = try order(.picture("https://pictures.example/a.png"))
        let found = await error { () throws(AvatarError) in try await service.submit(picture) }
        #expect(found?.code == .invalidOrder && found?.field == "avatar")
        var limits = AvatarScript.Limits()
        limits.partLengthMax = 200
        let script = try AvatarScript(String(repeating: "word ", count: 3000), limits: limits)
        let long = try order(speech: .script(script))
        let tooLong = await error { () throws(AvatarError) in try await service.submit(long) }
        #expect(tooLong?.field == "script" && transport.requests.isEmpty)
        #expect(service.repeatableFor == nil)
    }

    @Test(arguments: FaultCase.ofOrders)
    func `a fault is told by its kind`(_ fault: FaultCase) async throws {
        let (service, _) = service([fault.reply()])
        let order = try order()
        fault.check(await error { () throws(AvatarError) in try await service.submit(order) })
    }

    @Test(arguments: [
        (#"{"error":{"code":"insufficient_credit","message":"no"},"data":null}"#, AvatarError.Code.outOfCredit),
        (#"{"error":"Unauthorized","data":null}"#, .unauthorized),
        (#"{"code":400105,"message":"Blocked words detected","data":null}"#, .refused),
        (#"{"code":40009,"message":"Invalid credentials","data":null}"#, .unauthorized),
        (#"{"code":"400599","message":"Please upgrade","data":null}"#, .rejected),
        (#"{"error":{"code":"BLOCKED_WORDS_DETECTED"},"data":{"video_id":"abc"}}"#, .refused),
        (#"{"error":{"code":"rate_limit"}}"#, .rateLimited),
    ])
    func `faults come with good statuses`(_ text: String, _ code: AvatarError.Code) async throws {
        for status in [200, 400] {
            let (service, _) = service([answer(text, status: status)])
            let order = try order()
            let found = await error { () throws(AvatarError) in try await service.submit(order) }
            #expect(found?.code == code && found?.mayHaveBeenTaken == false)
        }
    }

    // MARK: Films

    @Test(arguments: [("waiting", AvatarProgress.waiting), ("pending", .waiting), ("processing", .working)])
    func `a film that is not made yet is waited for`(_ status: String, _ expected: AvatarProgress) async throws {
        let progress = try await progress(#"{"id":"abc123","status":"\#(status)","error":null,"video_url":null}"#)
        #expect(progress == expected)
    }

    @Test func `a film that is made tells where it is`() async throws {
        let progress = try await progress(
            """
            {"id":"abc123","status":"completed","video_url":"https://files.example/v.mp4","duration":"12.3",
            "caption_url":"https://files.example/v.ass","thumbnail_url":null,"gif_url":"x","error":null,
            "callback_id":"\(orderID)"}
            """
        )
        let film = AvatarFilm(
            address: "https://files.example/v.mp4",
            seconds: ExactDecimal("12.3"),
            captions: "https://files.example/v.ass"
        )
        #expect(progress == .done(film))
    }

    @Test func `an error is a text or an object`() async throws {
        let object = try await progress(
            #"{"id":"abc123","status":"failed","error":{"code":40119,"message":null,"detail":"Avatar is missing"}}"#
        )
        #expect(object == .failed(AvatarFailure(.failed, code: "40119", message: "Avatar is missing")))
        let text = try await progress(#"{"id":"abc123","status":"failed","error":"Content moderation"}"#)
        #expect(text == .failed(AvatarFailure(.refused, code: "content_moderation", message: "Content moderation")))
        let none = try await progress(#"{"id":"abc123","status":"failed","error":null}"#)
        #expect(none == .failed(AvatarFailure(.failed, code: "", message: "")))
    }

    @Test(arguments: [
        #"{"code":100,"data":{"id":"other","status":"processing"}}"#, #"{"code":100,"data":{"status":"lost"}}"#,
        #"{"code":100,"data":{"status":"completed","video_url":null}}"#, #"{"code":100,"data":null}"#,
        #"{"code":100,"data":{"status":"completed","video_url":"https://a.example/","duration":{}}}"#,
        "[]", "", "<html>", #"{"code":100,"da"#,
    ])
    func `an answer that cannot be is malformed`(_ text: String) async {
        let (service, _) = service([answer(text)])
        let found = await error { () throws(AvatarError) in try await service.status("abc123") }
        #expect(found?.code == .malformed && found?.mayHaveBeenTaken == false)
    }

    @Test func `an unknown film is told with another code than a hundred`() async {
        let (service, _) = service([answer(#"{"code":40031,"message":"Invalid video id","data":null}"#)])
        let found = await error { () throws(AvatarError) in try await service.status("abc123") }
        #expect(found?.code == .rejected && found?.detail == "Invalid video id")
    }

    // MARK: Lists and the account

    @Test func `an order is found by its id in the title`() async throws {
        let (service, transport) = service([
            answer(#"{"code":100,"data":{"videos":[{"video_id":"a","video_title":"x"}],"token":"t/1"}}"#),
            answer(#"{"code":100,"data":{"videos":[{"video_id":"b","video_title":"News \#(orderID)"}]}}"#),
        ])
        let found = try await service.find(orderID)
        #expect(found == .found(AvatarSubmission(provider: "heygen-v2", id: "b")))
        #expect(transport.requests.map { $0.url.split(separator: "?").last } == ["limit=100", "limit=100&token=t%2F1"])
    }

    @Test func `a list without titles tells nothing`() async throws {
        let (untitled, _) = service([answer(#"{"code":100,"data":{"videos":[{"video_id":"a"}],"token":null}}"#)])
        let unclear = try await untitled.find(orderID)
        #expect(unclear == .unclear)
        let (empty, _) = service([answer(#"{"code":100,"data":{"videos":[],"token":null}}"#)])
        let absent = try await empty.find(orderID)
        #expect(absent == .absent)
        let (torn, _) = service([answer(#"{"code":100,"data":{"videos":null}}"#)])
        let found = await error { () throws(AvatarError) in try await torn.find(orderID) }
        #expect(found?.code == .malformed)
    }

    @Test func `a film is deleted, and the quota is in sixtieths of credits`() async throws {
        let (service, transport) = service([
            answer(#"{"code":100,"data":null,"message":"Success"}"#), answer("", status: 404),
            answer(#"{"error":null,"data":{"remaining_quota":3600,"details":{"api":3600}}}"#),
            answer(#"{"error":null,"data":{"remaining_quota":null}}"#),
        ])
        try await service.cancel("abc123")
        try await service.cancel("abc123")
        #expect(transport.requests.allSatisfy { $0.url.hasSuffix("/v1/video.delete?video_id=abc123") })
        let quota = try await service.quota()
        #expect(quota == AvatarQuota(left: ExactDecimal(3600), unit: .creditSixtieths))
        let found = await error { () throws(AvatarError) in try await service.quota() }
        #expect(found?.code == .malformed)
    }
}
