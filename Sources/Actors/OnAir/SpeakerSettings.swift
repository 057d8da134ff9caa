package import Media

/// What the speaker reads anew before each segment, so that a reload needs no restart.
package struct SpeakerSettings: Sendable {
    /// How the hosts sound, by their names; others sound like `VoicePersona.host`.
    package var personas: [String: VoicePersona] = [:]
    /// A tag such as `en`.
    package var language = "en"
    /// No more is spoken while so much is to be heard already.
    package var ahead: Duration = .seconds(15)
    /// Words that have waited longer to be spoken are not spoken any more.
    package var staleAfter: Duration = .seconds(120)
    /// The whole path of a sound that is heard before each part of the hour; `nil` for none.
    package var jingle: String?
    /// Whether nothing more is handed over: what the playout has is heard to its end.
    package var isOffAir = false
    /// How the playout is to be set up.
    package var playout = PlayoutWishes()

    package init() {}
}
