package import Bus
import HTTPClient

/// A film of a speaking avatar as it is ordered.
///
/// Pure, and checked when it is made: what a service could only refuse does not reach it.
package struct AvatarOrder: Hashable, Sendable {
    /// Who is seen.
    package enum Avatar: Hashable, Sendable {
        /// By the service's id: one of its own avatars, or one that was trained there.
        case avatar(String)
        /// By the service's id: a photo that was uploaded there.
        case photo(String)
        /// By its address: a picture that the service fetches.
        case picture(String)
    }

    package enum Speech: Hashable, Sendable {
        case script(AvatarScript)
        /// By its address: sound that the service fetches.
        case sound(String)
    }

    package enum Background: Hashable, Sendable {
        /// Whatever the service has.
        case usual
        /// As `#RRGGBB`.
        case color(String)
        /// By its address: a picture that the service fetches.
        case picture(String)
    }

    /// Ours: it goes along, so that the film is found by it when the answer is lost.
    package let id: UUIDv7
    package let avatar: Avatar
    /// By the service's id; not asked for sound.
    package let voice: String?
    package let speech: Speech
    package let size: AvatarSize
    package let background: Background
    /// Whether subtitles are wanted beside the film, where the service makes them.
    package let wantsCaptions: Bool
    package let title: String
    /// Where the service may tell that it is ready.
    package let callback: String?

    package static let titleLengthMax = 120
    private static let addressLengthMax = 2048

    /// - Parameters:
    ///   - id: made anew for each order, and kept before it is given.
    ///   - avatar: who is seen.
    ///   - voice: needed with a script.
    ///   - speech: what is said.
    ///   - size: of the picture.
    ///   - background: what is behind.
    ///   - wantsCaptions: whether subtitles are wanted.
    ///   - title: one line of at most `titleLengthMax` characters.
    ///   - callback: an https address.
    /// - Throws: `AvatarError` with `.invalidOrder`, naming the field.
    package init(
        id: UUIDv7,
        avatar: Avatar,
        voice: String?,
        speech: Speech,
        size: AvatarSize = AvatarSize(),
        background: Background = .usual,
        wantsCaptions: Bool = false,
        title: String,
        callback: String? = nil
    ) throws(AvatarError) {
        switch avatar {
        case .avatar(let id), .photo(let id): try AvatarOrder.check(id: id, "avatar")
        case .picture(let address): try AvatarOrder.check(address: address, "avatar")
        }
        switch speech {
        case .script:
            guard let voice else { throw AvatarOrder.mistake("voice", "a script needs one") }
            try AvatarOrder.check(id: voice, "voice")
        case .sound(let address): try AvatarOrder.check(address: address, "speech")
        }
        switch background {
        case .usual: break
        case .color(let color):
            guard color.utf8.count == 7, color.hasPrefix("#"), color.dropFirst().allSatisfy(\.isASCIIHexDigit) else {
                throw AvatarOrder.mistake("background", "a colour is written #RRGGBB")
            }
        case .picture(let address): try AvatarOrder.check(address: address, "background")
        }
        try AvatarOrder.check(title: title)
        if let callback { try AvatarOrder.check(address: callback, "callback") }
        self.id = id
        self.avatar = avatar
        self.voice = voice
        self.speech = speech
        self.size = size
        self.background = background
        self.wantsCaptions = wantsCaptions
        self.title = title
        self.callback = callback
    }

    private init(_ order: AvatarOrder, part: AvatarScript, id: UUIDv7) {
        self.id = id
        avatar = order.avatar
        voice = order.voice
        speech = .script(part)
        size = order.size
        background = order.background
        wantsCaptions = order.wantsCaptions
        title = order.title
        callback = order.callback
    }

    /// How many scenes a service has to make of it.
    package var sceneCount: Int {
        if case .script(let script) = speech { script.parts.count } else { 1 }
    }

    /// The same film as several orders, to be joined afterwards.
    ///
    /// - Parameters:
    ///   - scenesMax: how many parts of the script one of them may have; at least 1.
    ///   - nextID: makes the ids of all but the first, which keeps its own.
    /// - Returns: itself where it is short enough.
    package func parted(scenesMax: Int, nextID: () -> UUIDv7) -> [AvatarOrder] {
        guard case .script(let script) = speech, script.parts.count > max(1, scenesMax) else { return [self] }
        return stride(from: 0, to: script.parts.count, by: max(1, scenesMax)).map { first in
            let end = min(first + max(1, scenesMax), script.parts.count)
            let part = AvatarScript(parts: Array(script.parts[first..<end]))
            return AvatarOrder(self, part: part, id: first == 0 ? id : nextID())
        }
    }
}

extension AvatarOrder {
    private static func check(id: String, _ field: String) throws(AvatarError) {
        let isGood =
            (1...200).contains(id.utf8.count)
            && id.unicodeScalars.allSatisfy { $0.isASCII && $0.value > 0x20 && $0.value != 0x7F }
        guard isGood else { throw mistake(field, "an id has 1 to 200 ASCII characters and no blanks") }
    }

    private static func check(address: String, _ field: String) throws(AvatarError) {
        guard address.utf8.count <= addressLengthMax, let url = RequestURL(address), url.scheme == "https" else {
            throw mistake(field, "an https address is needed")
        }
    }

    private static func check(title: String) throws(AvatarError) {
        guard title.contains(where: { !$0.isWhitespace }) else { throw mistake("title", "it is empty") }
        guard title.utf16.count <= titleLengthMax else {
            throw mistake("title", "it has more than \(titleLengthMax) characters")
        }
        let isOneLine = title.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: false
            default: true
            }
        }
        guard isOneLine else { throw mistake("title", "it holds control characters") }
    }

    static func mistake(_ field: String, _ text: String) -> AvatarError {
        AvatarError(.invalidOrder, "\(field): \(text)", field: field)
    }
}

extension Character {
    fileprivate var isASCIIHexDigit: Bool { isASCII && isHexDigit }
}
