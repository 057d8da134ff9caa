import JSON

/// What a service says of a failure, in whichever of its shapes.
struct ServiceFault {
    /// Lower-case letters, digits and underscores; empty where it has none.
    let code: String
    /// The service's words; not safe to show.
    let message: String
    /// Which part of the request it is about, as the service calls it.
    let part: String?

    /// What kind of failure the words of a code stand for.
    enum Kind { case unauthorized, outOfCredit, refused, rateLimited, other }

    init(code: String, message: String = "", part: String? = nil) {
        self.code = SafeText.code(code)
        self.message = message
        self.part = part
    }

    /// Reads `error` as a text or an object, or else `code` and `message`, or `kind` and `description`, at the top.
    ///
    /// - Returns: `nil` when nothing of that is there.
    init?(_ answer: JSONValue) {
        if let text = answer["error"]?.string, !text.isEmpty {
            self.init(code: text.utf8.count <= 64 ? text : "", message: text)
        } else if let error = answer["error"], error.object != nil {
            self.init(object: error)
        } else if answer["code"]?.isNull == false || answer["kind"]?.isNull == false {
            self.init(object: answer)
        } else {
            return nil
        }
    }

    private init(object: JSONValue) {
        let code = object["code"] ?? object["kind"]
        let messages = [object["message"], object["detail"], object["description"], object["msg"]]
        self.init(
            code: code?.string ?? code?.int.map { "\($0)" } ?? "",
            message: messages.lazy.compactMap { $0?.string }.first { !$0.isEmpty } ?? "",
            part: object["param"]?.string
        )
    }

    var kind: Kind {
        let word = code.filter { $0 != "_" }
        func has(_ parts: String...) -> Bool { parts.contains { word.contains($0) } }
        // The figures are those of HeyGen's older lists.
        if has("unauthorized", "invalidcredentials", "invalidapikey", "authorizationerror", "accesstoken") {
            return .unauthorized
        }
        if ["40009", "400112", "401056", "401057"].contains(word) { return .unauthorized }
        if has("credit", "quota", "insufficientfunds", "insufficientbalance", "paymentrequired") { return .outOfCredit }
        if has("moderation", "blockedword", "nsfw", "policy", "sensitive") || word == "400105" { return .refused }
        if has("ratelimit", "toomanyrequests") { return .rateLimited }
        return .other
    }

    /// The field of the order that the service means.
    var field: String? {
        switch part {
        case "script", "input_text", "script.input": "script"
        case "avatar_id", "talking_photo_id", "source_url", "image": "avatar"
        case "voice_id": "voice"
        case "audio_url": "speech"
        case "background": "background"
        case "title", "name": "title"
        case "callback_url", "webhook": "callback"
        default: nil
        }
    }
}
