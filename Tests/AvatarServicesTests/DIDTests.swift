import AvatarServices
import Bus
import Domain
import HTTPClient
import JSON
import Testing

/// What is asked of D-ID, and how its answers are read.
struct DIDTests {
    private func service(_ answers: [ScriptedTransport.Answer]) -> (DID, ScriptedTransport) {
        let transport = ScriptedTransport(answers)
        return (DID(account(.did, transport)), transport)
    }

    private func anna(speech: AvatarOrder.Speech? = nil, callback: String? = nil) throws -> AvatarOrder {
        try order(.picture("https://pictures.example/anna.png"), speech: speech, callback: callback)
    }

    private func progress(_ talk: String) async throws -> AvatarProgress {
        let (service, transport) = service([answer(talk)])
        let progress = try await service.status("tlk_1")
        #expect(transport.requests.map(\.url) == ["https://api.d-id.com/talks/tlk_1"])
        return progress
    }

    // MARK: Orders

    @Test func `an order is sent with our id as data of the user`() async throws {
        let (service, transport) = service([
            answer(#"{"id":"tlk_1","object":"talk","status":"created","created_at":"x"}"#, status: 201)
        ])
        let taken = try await service.submit(try anna(callback: "https://station.example/hook"))
        #expect(taken == AvatarSubmission(provider: "d-id", id: "tlk_1"))
        let request = try #require(transport.requests.first)
        #expect(request.method == .post && request.url == "https://api.d-id.com/talks")
        #expect(request.headers["Authorization"] == "Basic \(key)" && request.headers["X-Api-Key"] == nil)
        let body = try JSONValue(parsing: request.body)
        let expected: JSONValue = [
            "source_url": "https://pictures.example/anna.png", "user_data": .string("\(orderID)"),
            "name": "Morning news", "config": ["result_format": "mp4"], "webhook": "https://station.example/hook",
            "script": [
                "type": "text", "input": "Bitcoin is up. Ether is not.",
                "provider": ["type": "microsoft", "voice_id": "voice-1"],
            ],
        ]
        #expect(body == expected)
    }

    @Test func `sound is sent by its address`() async throws {
        let (service, transport) = service([answer(#"{"id":"tlk_2","status":"created"}"#, status: 201)])
        _ = try await service.submit(try anna(speech: .sound("https://sounds.example/n.mp3")))
        let body = try JSONValue(parsing: transport.requests.first?.body ?? [])
        #expect(body["script"] == ["type": "audio", "audio_url": "https://sounds.example/n.mp3"])
    }

    @Test func `what it does not take is not sent`() async throws {
        let (service, transport) = service([])
        for avatar in [AvatarOrder.Avatar.avatar("a"), .photo("p")] {
            let other = try order(avatar)
            let found = await error { () throws(AvatarError) in try await service.submit(other) }
            #expect(found?.code == .invalidOrder && found?.field == "avatar")
        }
        let long = try anna(speech: .script(try longScript(parts: 2)))
        let found = await error { () throws(AvatarError) in try await service.submit(long) }
        #expect(found?.field == "script" && transport.requests.isEmpty)
    }

    @Test(arguments: FaultCase.ofOrders)
    func `a fault is told by its kind`(_ fault: FaultCase) async throws {
        let (service, _) = service([fault.reply()])
        let order = try anna()
        fault.check(await error { () throws(AvatarError) in try await service.submit(order) })
    }

    @Test(arguments: [
        (400, "InsufficientCreditsError", AvatarError.Code.outOfCredit),
        (402, "InsufficientCreditsError", .outOfCredit),
        (403, "AuthorizationError", .unauthorized), (451, "TextModerationError", .refused),
        (400, "CelebrityRecognizedError", .rejected), (400, "ImageModerationError", .refused),
        (500, "InternalServerError", .unavailable), (429, "TooManyRequestsError", .rateLimited),
    ])
    func `a fault has a kind and a description`(_ status: Int, _ kind: String, _ code: AvatarError.Code) async throws {
        let text = #"{"kind":"\#(kind)","description":"because \#(key)","details":{"a":1}}"#
        let (service, _) = service([answer(text, status: status)])
        let order = try anna()
        let found = await error { () throws(AvatarError) in try await service.submit(order) }
        #expect(found?.code == code && found?.mayHaveBeenTaken == false)
        #expect(found?.detail == "because [key]")
    }

    @Test func `a fault with a good status is one`() async throws {
        let (service, _) = service([answer(#"{"kind":"InsufficientCreditsError","description":"no"}"#)])
        let order = try anna()
        let found = await error { () throws(AvatarError) in try await service.submit(order) }
        #expect(found?.code == .outOfCredit && found?.mayHaveBeenTaken == false)
    }

    // MARK: Films

    @Test(arguments: [("created", AvatarProgress.waiting), ("started", .working)])
    func `a film that is not made yet is waited for`(_ status: String, _ expected: AvatarProgress) async throws {
        let progress = try await progress(#"{"id":"tlk_1","status":"\#(status)"}"#)
        #expect(progress == expected)
    }

    @Test func `a film that is made tells where it is`() async throws {
        let progress = try await progress(
            #"{"id":"tlk_1","status":"done","result_url":"https://d.example/t.mp4?X=1","duration":3,"metadata":{}}"#
        )
        #expect(progress == .done(AvatarFilm(address: "https://d.example/t.mp4?X=1", seconds: ExactDecimal(3))))
    }

    @Test func `a film that failed tells why`() async throws {
        let failed = try await progress(
            #"{"id":"tlk_1","status":"error","error":{"kind":"FaceNotFoundError","description":"no face"}}"#
        )
        #expect(failed == .failed(AvatarFailure(.failed, code: "facenotfounderror", message: "no face")))
        let refused = try await progress(#"{"id":"tlk_1","status":"rejected"}"#)
        #expect(refused == .failed(AvatarFailure(.refused, code: "", message: "")))
    }

    @Test(arguments: [
        #"{"id":"tlk_2","status":"done"}"#, #"{"id":"tlk_1","status":"done"}"#, #"{"id":"tlk_1"}"#, "[]", "", "<p>",
        #"{"id":"tlk_1","status":"done","result_url":"s3://bucket/t.mp4"}"#, #"{"id":"tlk_1","status":"don"#,
        #"{"id":"tlk_1","status":"done","result_url":"https://d.example/","duration":true}"#,
    ])
    func `an answer that cannot be is malformed`(_ text: String) async {
        let (service, _) = service([answer(text)])
        let found = await error { () throws(AvatarError) in try await service.status("tlk_1") }
        #expect(found?.code == .malformed && found?.mayHaveBeenTaken == false)
    }

    // MARK: Lists and the account

    @Test func `an order is found by the data of the user`() async throws {
        let (service, transport) = service([
            answer(#"{"talks":[{"id":"tlk_8","user_data":"x"},{"id":"tlk_7"}],"token":"p=2"}"#),
            answer(#"{"talks":[{"id":"tlk_9","user_data":"\#(orderID)"}]}"#),
            answer(#"{"talks":[]}"#), answer(#"{"talks":{}}"#),
        ])
        let found = try await service.find(orderID)
        #expect(found == .found(AvatarSubmission(provider: "d-id", id: "tlk_9")))
        #expect(transport.requests.last?.url == "https://api.d-id.com/talks?limit=100&token=p%3D2")
        let absent = try await service.find(orderID)
        #expect(absent == .absent)
        let torn = await error { () throws(AvatarError) in try await service.find(orderID) }
        #expect(torn?.code == .malformed)
    }

    @Test func `a film is deleted, and the credits are counted`() async throws {
        let (service, transport) = service([
            answer(#"{"id":"tlk_1"}"#), answer("{}", status: 404),
            answer(#"{"credits":[],"remaining":97.5,"total":100}"#),
            answer("{}"),
        ])
        try await service.cancel("tlk_1")
        try await service.cancel("tlk_1")
        #expect(transport.requests.allSatisfy { $0.method == .delete && $0.url.hasSuffix("/talks/tlk_1") })
        let quota = try await service.quota()
        #expect(quota == AvatarQuota(left: ExactDecimal("97.5"), unit: .credits))
        let found = await error { () throws(AvatarError) in try await service.quota() }
        #expect(found?.code == .malformed)
    }
}
