package import Bus
import HTTPClient
import JSON

/// HeyGen's third interface.
///
/// An order goes along with our id three times: as idempotency key, so that HeyGen answers a repeated order with the
/// first answer for a day; as callback id, for webhooks; and in the title, by which lists are searched. The script is one
/// text, so a film has one part.
package struct HeyGenV3: AvatarProvider {
    package let name: String
    package let scenesMax = 1
    package let repeatableFor: Duration? = .seconds(86_400)
    private let line: AvatarLine

    package var price: AvatarPrice? { line.settings.price }

    /// - Parameters:
    ///   - account: the way there.
    ///   - name: what settings and errors call it.
    package init(_ account: AvatarAccount, name: String = "heygen") {
        self.name = name
        line = AvatarLine(name: name, account)
    }

    package func unavailability() -> AvatarError? { line.unavailability() }

    package func submit(_ order: AvatarOrder) async throws(AvatarError) -> AvatarSubmission {
        let question = AvatarLine.Question(
            purpose: .order,
            method: .post,
            path: "/v3/videos",
            headers: ["Idempotency-Key": order.id.description],
            body: try body(of: order)
        )
        let id = try await line.ask(question) { (answer) throws(AvatarError) in
            try line.id(try data(answer, .order)["video_id"])
        }
        return AvatarSubmission(provider: name, id: id)
    }

    package func status(_ id: String) async throws(AvatarError) -> AvatarProgress {
        let id = try line.checked(id)
        return try await line.ask(AvatarLine.Question(path: "/v3/videos/\(id)")) { (answer) throws(AvatarError) in
            let film = try data(answer)
            if let told = film.told("id"), told.string != id { throw line.malformed("the answer is of another film") }
            return try HeyGenFilm(line: line, film).progress(
                fault: {
                    ServiceFault(
                        code: $0["failure_code"]?.string ?? "",
                        message: $0["failure_message"]?.string ?? ""
                    )
                },
                captions: "subtitle_url"
            )
        }
    }

    package func find(_ order: UUIDv7) async throws(AvatarError) -> AvatarFinding {
        var path = "/v3/videos?limit=100&title=\(order)"
        for _ in 0..<max(1, line.settings.listPagesMax) {
            let page = try await line.ask(AvatarLine.Question(path: path)) { (answer) throws(AvatarError) in
                try listed(answer, order)
            }
            if let id = page.found { return .found(AvatarSubmission(provider: name, id: id)) }
            guard let next = page.next else { return .absent }
            path = "/v3/videos?limit=100&title=\(order)&token=\(ServicePath.escaped(next))"
        }
        return .unclear
    }

    package func cancel(_ id: String) async throws(AvatarError) {
        let question = AvatarLine.Question(method: .delete, path: "/v3/videos/\(try line.checked(id))")
        do throws(AvatarError) {
            try await line.ask(question) { (answer) throws(AvatarError) in
                _ = try answer.isNull ? answer : checked(answer)
            }
        } catch {
            // What is gone is as it was to be.
            guard error.code == .notFound else { throw error }
        }
    }

    package func quota() async throws(AvatarError) -> AvatarQuota {
        try await line.ask(AvatarLine.Question(path: "/v3/users/me")) { (answer) throws(AvatarError) in
            try HeyGenAccount(line: line).quota(try data(answer))
        }
    }

    // MARK: Its shapes

    private func body(of order: AvatarOrder) throws(AvatarError) -> JSONValue {
        var body: [String: JSONValue] = [
            "title": .string("\(order.title) \(order.id)"), "callback_id": .string(order.id.description),
            "resolution": .string(order.size.resolution.rawValue), "aspect_ratio": .string(order.size.aspect.rawValue),
            "output_format": "mp4",
        ]
        switch order.avatar {
        case .avatar(let id), .photo(let id):
            body["type"] = "avatar"
            body["avatar_id"] = .string(id)
        case .picture(let address):
            body["type"] = "image"
            body["image"] = ["type": "url", "url": .string(address)]
        }
        switch order.speech {
        case .script(let script):
            guard script.parts.count <= scenesMax else {
                throw AvatarOrder.mistake("script", "\(name) takes one part; it has \(script.parts.count)")
            }
            body["script"] = .string(script.text)
            body["voice_id"] = order.voice.map { .string($0) }
        case .sound(let address): body["audio_url"] = .string(address)
        }
        switch order.background {
        case .usual: break
        case .color(let color): body["background"] = ["type": "color", "value": .string(color)]
        case .picture(let address): body["background"] = ["type": "image", "url": .string(address)]
        }
        if order.wantsCaptions { body["caption"] = ["file_format": "srt"] }
        if let callback = order.callback { body["callback_url"] = .string(callback) }
        return .object(body)
    }

    private func checked(
        _ answer: JSONValue,
        _ purpose: AvatarLine.Purpose = .question
    ) throws(AvatarError) -> JSONValue {
        if answer.told("error") != nil { throw line.error(ServiceFault(answer), status: 200, purpose) }
        guard answer.object != nil else { throw line.malformed("the answer is no object") }
        return answer
    }

    private func data(
        _ answer: JSONValue,
        _ purpose: AvatarLine.Purpose = .question
    ) throws(AvatarError) -> JSONValue {
        guard let data = try checked(answer, purpose)["data"], data.object != nil else {
            throw line.malformed("the answer holds no data")
        }
        return data
    }

    private func listed(_ answer: JSONValue, _ order: UUIDv7) throws(AvatarError) -> (found: String?, next: String?) {
        guard let films = try checked(answer)["data"]?.array else { throw line.malformed("the answer holds no list") }
        // Whether the list was searched by the title or not.
        if let film = films.first(where: { $0["title"]?.string?.contains(order.description) ?? false }) {
            return (try line.id(film["id"] ?? film["video_id"]), nil)
        }
        guard answer["has_more"]?.bool ?? false else { return (nil, nil) }
        guard let next = answer.told("next_token")?.string else { throw line.malformed("the list has no next page") }
        return (nil, next)
    }
}
