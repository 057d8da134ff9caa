package import Media

/// How films are made here.
package struct FilmSettings: Sendable {
    /// Where films lie: a folder for each.
    package var folder: String
    /// Where scenes that were drawn are kept for the next time.
    package var cache: String
    package var cacheSizeBytesMax = 2 << 30
    /// What draws: a name that is looked for in `PATH`, or a path.
    package var program = "cryptocall-render"
    /// What stands in the corner.
    package var station = "CryptoCall FM"
    /// Where listeners call in; `nil` for nowhere.
    package var callAddress: String?
    package var language = "en"
    /// A renderer that draws no further frame for so long is ended.
    package var stall: Duration = .seconds(60)
    /// How long it may take to end by itself once it is asked.
    package var grace: Duration = .seconds(3)
    /// A film that fails more often has failed for good.
    package var failuresMax = 3

    /// - Parameters:
    ///   - folder: where films lie.
    ///   - cache: where scenes are kept.
    package init(folder: String, cache: String) {
        self.folder = folder
        self.cache = cache
    }
}

/// Who a figure of the renderer's is on this station.
package struct FilmHost: Hashable, Sendable {
    /// What stands below the face.
    package let name: String
    package let role: String
    /// Whose voice is heard.
    package let persona: VoicePersona

    package init(name: String, role: String, persona: VoicePersona) {
        self.name = name
        self.role = role
        self.persona = persona
    }
}

/// Why an attempt at a film has ended without one.
package struct StudioFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence, safe to show.
    package let reason: String
    /// Whether another attempt would say the same.
    package let isPermanent: Bool

    package static func permanent(_ reason: String) -> StudioFailure {
        StudioFailure(reason: reason, isPermanent: true)
    }

    package static func transient(_ reason: String) -> StudioFailure {
        StudioFailure(reason: reason, isPermanent: false)
    }

    /// Something that is needed is not there; nothing stands in for it.
    package static func unavailable(_ reason: String) -> StudioFailure { transient("unavailable: \(reason)") }

    package var description: String { reason }
}
