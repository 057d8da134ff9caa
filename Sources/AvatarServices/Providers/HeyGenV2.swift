package import Bus
import HTTPClient
import JSON

/// HeyGen's second interface, for accounts whose avatars the third does not take; it ends in October 2026.
///
/// A script of several parts becomes one film of as many scenes. It has no idempotency key: an order whose answer was
/// lost is found by our id in its title, or not at all.
package struct HeyGenV2: AvatarProvider {
    package let name: String
    package let scenesMax = 50
    package let repeatableFor: Duration? = nil
    private let line: AvatarLine
    private let isTest: Bool

    package var price: AvatarPrice? { line.settings.price }

    /// - Parameters:
    ///   - account: the way there.
    ///   - name: what settings and errors call it.
    ///   - isTest: whether films are made for nothing, with a mark in them.
    package init(_ account: AvatarAccount, name: String = "heygen-v2", isTest: Bool = false) {
        self.name = name
        self.isTest = isTest
        line = AvatarLine(name: name, account)
    }

    package func unavailability() -> AvatarError? { line.unavailability() }

    package func submit(_ order: AvatarOrder) async throws(AvatarError) -> AvatarSubmission {
        let question = AvatarLine.Question(
            purpose: .order,
            method: .post,
            path: "/v2/video/generate",
            body: try body(of: order)
        )
        let id = try await line.ask(question) { (answer) throws(AvatarError) in
            try line.id(try data(answer, .order)["video_id"])
        }
        return AvatarSubmission(provider: name, id: id)
    }

    package func status(_ id: String) async throws(AvatarError) -> AvatarProgress {
        let id = try line.checked(id)
        let question = AvatarLine.Question(path: "/v1/video_status.get?video_id=\(id)")
        return try await line.ask(question) { (answer) throws(AvatarError) in
            let film = try data(answer)
            if let told = film.told("id"), told.string != id { throw line.malformed("the answer is of another film") }
            return try HeyGenFilm(line: line, film).progress(fault: { ServiceFault($0) }, captions: "caption_url")
        }
    }

    package func find(_ order: UUIDv7) async throws(AvatarError) -> AvatarFinding {
        var path = "/v1/video.list?limit=100"
        var isUntitled = false
        for _ in 0..<max(1, line.settings.listPagesMax) {
            let page = try await line.ask(AvatarLine.Question(path: path)) { (answer) throws(AvatarError) in
                try listed(answer, order)
            }
            if let id = page.found { return .found(AvatarSubmission(provider: name, id: id)) }
            isUntitled = isUntitled || page.isUntitled
            guard let next = page.next else { return isUntitled ? .unclear : .absent }
            path = "/v1/video.list?limit=100&token=\(ServicePath.escaped(next))"
        }
        return .unclear
    }

    package func cancel(_ id: String) async throws(AvatarError) {
        let question = AvatarLine.Question(
            method: .delete,
            path: "/v1/video.delete?video_id=\(try line.checked(id))"
        )
        do throws(AvatarError) {
            try await line.ask(question) { (answer) throws(AvatarError) in
                _ = try answer.isNull ? answer : checked(answer, .question)
            }
        } catch {
            // What is gone is as it was to be.
            guard error.code == .notFound else { throw error }
        }
    }

    package func quota() async throws(AvatarError) -> AvatarQuota {
        try await line.ask(AvatarLine.Question(path: "/v2/user/remaining_quota")) { (answer) throws(AvatarError) in
            guard let left = try data(answer)["remaining_quota"]?.exactDecimal else {
                throw line.malformed("the quota is none")
            }
            return AvatarQuota(left: left, unit: .creditSixtieths)
        }
    }

    // MARK: Its shapes

    private func body(of order: AvatarOrder) throws(AvatarError) -> JSONValue {
        let scenes = try scenes(of: order)
        guard scenes.count <= scenesMax else {
            throw AvatarOrder.mistake("script", "\(name) takes \(scenesMax) parts; it has \(scenes.count)")
        }
        var body: [String: JSONValue] = [
            "video_inputs": .array(scenes), "title": .string("\(order.title) \(order.id)"),
            "callback_id": .string(order.id.description),
            "dimension": ["width": .int(Int64(order.size.width)), "height": .int(Int64(order.size.height))],
        ]
        // Of sound no captions are made.
        if order.wantsCaptions, case .script = order.speech { body["caption"] = true }
        if isTest { body["test"] = true }
        if let callback = order.callback { body["callback_url"] = .string(callback) }
        return .object(body)
    }

    private func scenes(of order: AvatarOrder) throws(AvatarError) -> [JSONValue] {
        let voices: [JSONValue] =
            switch order.speech {
            case .script(let script):
                script.parts.map { part in
                    ["type": "text", "voice_id": .string(order.voice ?? ""), "input_text": .string(part)]
                }
            case .sound(let address): [["type": "audio", "audio_url": .string(address)]]
            }
        var scene: [String: JSONValue] = [:]
        switch order.avatar {
        case .avatar(let id):
            scene["character"] = ["type": "avatar", "avatar_id": .string(id), "avatar_style": "normal"]
        case .photo(let id): scene["character"] = ["type": "talking_photo", "talking_photo_id": .string(id)]
        case .picture: throw AvatarOrder.mistake("avatar", "\(name) takes no pictures by their address")
        }
        switch order.background {
        case .usual: break
        case .color(let color): scene["background"] = ["type": "color", "value": .string(color)]
        case .picture(let address): scene["background"] = ["type": "image", "url": .string(address)]
        }
        return voices.map { .object(scene.merging(["voice": $0]) { $1 }) }
    }

    /// Faults come with good statuses too: as `error`, or as another code than a hundred.
    private func checked(_ answer: JSONValue, _ purpose: AvatarLine.Purpose) throws(AvatarError) -> JSONValue {
        let isFault = answer.told("error") != nil || (answer.told("code").map { $0.int != 100 } ?? false)
        if isFault { throw line.error(ServiceFault(answer), status: 200, purpose) }
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

    private func listed(
        _ answer: JSONValue,
        _ order: UUIDv7
    ) throws(AvatarError) -> (found: String?, next: String?, isUntitled: Bool) {
        let data = try data(answer)
        guard let films = data["videos"]?.array else { throw line.malformed("the answer holds no list") }
        let titles = films.map { ($0["video_title"] ?? $0["title"])?.string }
        if let place = titles.firstIndex(where: { $0?.contains(order.description) ?? false }) {
            return (try line.id(films[place]["video_id"]), nil, false)
        }
        return (nil, data.told("token")?.string, titles.contains(nil))
    }
}
