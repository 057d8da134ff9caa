package import Bus

/// The way from one scene to the next.
package struct SceneTransition: Codable, Hashable, Sendable {
    package enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
        case cut
        case fade
        /// The next scene is uncovered from left to right.
        case wipe
        /// The next scene pushes the last one out to the left.
        case slide
    }

    package let from: Scene
    package let to: Scene
    package let kind: Kind
    package let start: Timestamp
    /// At most 500; nothing for a cut.
    package let milliseconds: Int

    package static let millisecondsMax = 500

    package init(from: Scene, to: Scene, kind: Kind, start: Timestamp, milliseconds: Int = 400) {
        self.from = from
        self.to = to
        self.kind = kind
        self.start = start
        self.milliseconds = kind == .cut ? 0 : min(max(0, milliseconds), SceneTransition.millisecondsMax)
    }

    /// How much of the way is behind, 0 to 1.
    package func progress(at time: Timestamp) -> Double {
        // Times may be as far apart as there are times.
        let gone = Double(Int128(time.nanoseconds) - Int128(start.nanoseconds))
        if gone < 0 { return 0 }
        let length = Double(milliseconds) * 1e6
        return gone >= length ? 1 : gone / length
    }

    /// From when on only the next scene is seen.
    package var end: Timestamp { start.advanced(by: .milliseconds(milliseconds)) }

    private enum CodingKeys: CodingKey {
        case from
        case to
        case kind
        case start
        case milliseconds
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            from: try container.decode(Scene.self, forKey: .from),
            to: try container.decode(Scene.self, forKey: .to),
            kind: try container.decode(Kind.self, forKey: .kind),
            start: try container.decode(Timestamp.self, forKey: .start),
            milliseconds: try container.decode(Int.self, forKey: .milliseconds)
        )
    }
}
