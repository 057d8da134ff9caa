package import Bus
import HTTPClient
import JSON

/// D-ID's talks: a picture that speaks.
///
/// It takes pictures only, has one size and no backgrounds and captions of its own; those wishes are passed over. Our id
/// goes along as `user_data`, by which the list is searched. Its webhooks are not signed: see `DIDWebhook`.
package struct DID: AvatarProvider {
    package let name: String
    package let scenesMax = 1
    package let repeatableFor: Duration? = nil
    private let line: AvatarLine
    private let voices: String

    package var price: AvatarPrice? { line.settings.price }

    /// - Parameters:
    ///   - account: the way there, with a key as it stands behind `Basic`.
    ///   - name: what settings and errors call it.
    ///   - voices: whose voices they are: `microsoft` or `elevenlabs`.
    package init(_ account: AvatarAccount, name: String = "d-id", voices: String = "microsoft") {
        self.name = name
        self.voices = voices
        line = AvatarLine(name: name, account)
    }

    package func unavailability() -> AvatarError? { line.unavailability() }

    package func submit(_ order: AvatarOrder) async throws(AvatarError) -> AvatarSubmission {
        let question = AvatarLine.Question(
            purpose: .order,
            method: .post,
            path: "/talks",
            body: try body(of: order)
        )
        let id = try await line.ask(question) { (answer) throws(AvatarError) in
            // Faults come with bad statuses; one in a good answer has no id.
            if answer["id"] == nil, let fault = ServiceFault(answer) { throw line.error(fault, status: 200, .order) }
            return try line.id(answer["id"])
        }
        return AvatarSubmission(provider: name, id: id)
    }

    package func status(_ id: String) async throws(AvatarError) -> AvatarProgress {
        let id = try line.checked(id)
        return try await line.ask(AvatarLine.Question(path: "/talks/\(id)")) { (answer) throws(AvatarError) in
            if let told = answer.told("id"), told.string != id { throw line.malformed("the answer is of another film") }
            switch answer["status"]?.string {
            case "created": return .waiting
            case "started": return .working
            case "error": return line.failed(ServiceFault(answer))
            case "rejected": return line.failed(ServiceFault(answer), isRefused: true)
            case "done":
                guard let address = try line.address(answer.told("result_url")) else {
                    throw line.malformed("the film is ready and has no address")
                }
                return .done(AvatarFilm(address: address, seconds: try line.seconds(answer.told("duration"))))
            default: throw line.malformed("the film's status is not known")
            }
        }
    }

    package func find(_ order: UUIDv7) async throws(AvatarError) -> AvatarFinding {
        var path = "/talks?limit=100"
        for _ in 0..<max(1, line.settings.listPagesMax) {
            let page = try await line.ask(AvatarLine.Question(path: path)) { (answer) throws(AvatarError) in
                try listed(answer, order)
            }
            if let id = page.found { return .found(AvatarSubmission(provider: name, id: id)) }
            guard let next = page.next else { return .absent }
            path = "/talks?limit=100&token=\(ServicePath.escaped(next))"
        }
        return .unclear
    }

    package func cancel(_ id: String) async throws(AvatarError) {
        let question = AvatarLine.Question(method: .delete, path: "/talks/\(try line.checked(id))")
        do throws(AvatarError) {
            try await line.ask(question) { _ in }
        } catch {
            // What is gone is as it was to be.
            guard error.code == .notFound else { throw error }
        }
    }

    package func quota() async throws(AvatarError) -> AvatarQuota {
        try await line.ask(AvatarLine.Question(path: "/credits")) { (answer) throws(AvatarError) in
            guard let left = answer["remaining"]?.exactDecimal else { throw line.malformed("the credits are none") }
            return AvatarQuota(left: left, unit: .credits)
        }
    }

    // MARK: Its shapes

    private func body(of order: AvatarOrder) throws(AvatarError) -> JSONValue {
        guard case .picture(let picture) = order.avatar else {
            throw AvatarOrder.mistake("avatar", "\(name) takes pictures by their address only")
        }
        var body: [String: JSONValue] = [
            "source_url": .string(picture), "user_data": .string(order.id.description), "name": .string(order.title),
            "config": ["result_format": "mp4"],
        ]
        switch order.speech {
        case .script(let script):
            guard script.parts.count <= scenesMax else {
                throw AvatarOrder.mistake("script", "\(name) takes one part; it has \(script.parts.count)")
            }
            body["script"] = [
                "type": "text", "input": .string(script.text),
                "provider": ["type": .string(voices), "voice_id": .string(order.voice ?? "")],
            ]
        case .sound(let address): body["script"] = ["type": "audio", "audio_url": .string(address)]
        }
        if let callback = order.callback { body["webhook"] = .string(callback) }
        return .object(body)
    }

    private func listed(_ answer: JSONValue, _ order: UUIDv7) throws(AvatarError) -> (found: String?, next: String?) {
        guard let films = answer["talks"]?.array else { throw line.malformed("the answer holds no list") }
        if let film = films.first(where: { $0["user_data"]?.string == order.description }) {
            return (try line.id(film["id"]), nil)
        }
        return (nil, answer.told("token")?.string)
    }
}
