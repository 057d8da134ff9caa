/// What the live picture is told, one of these in each line of its input.
package struct LiveOrder: Codable, Hashable, Sendable {
    /// Draw the picture of a frame into a place of the shared memory.
    package struct Tick: Codable, Hashable, Sendable {
        /// Counts 25 times a second over the programme; frame n is seen with samples n · 1920 and those that follow.
        package var frame: Int64
        package var slot: Int

        package init(frame: Int64, slot: Int) {
            self.frame = frame
            self.slot = slot
        }
    }

    package var tick: Tick?
    package var scene: LiveScene?
    package var item: LiveItem?

    package init(tick: Tick? = nil, scene: LiveScene? = nil, item: LiveItem? = nil) {
        self.tick = tick
        self.scene = scene
        self.item = item
    }
}

/// What is seen, until it is said otherwise.
package struct LiveScene: Codable, Hashable, Sendable {
    /// Among those that the picture has, such as `oneHost`.
    package var layout: String
    package var station: String
    package var topic: String?
    package var hosts: [RenderHost]
    package var chart: RenderChart?
    package var ticker: [RenderFigure]?
    /// Where listeners call in.
    package var callAddress: String?
    /// What is said while nobody is on air.
    package var notice: String?
    /// A theme of the renderer's; dark where there is none.
    package var theme: String?

    package init(layout: String, station: String, hosts: [RenderHost] = []) {
        self.layout = layout
        self.station = station
        self.hosts = hosts
    }
}

/// What is on air now.
package struct LiveItem: Codable, Hashable, Sendable {
    package var id: String
    /// Who says it: the name of one of the scene's hosts; nobody for music, and the first one for a name that is none.
    package var speaker: String?
    /// The sound: a whole path.
    package var file: String?
    /// The sample of the programme at which it begins, or would have begun where it goes on after a restart.
    package var start: Int64
    /// The sample before which it ended; `nil` as long as it has not.
    package var end: Int64?
    package var words: [SpokenWord]
    package var phones: [SpokenPhone]?
    package var arePhonesOnsets: Bool?

    package init(id: String, speaker: String?, file: String?, start: Int64, words: [SpokenWord]) {
        self.id = id
        self.speaker = speaker
        self.file = file
        self.start = start
        self.words = words
    }
}
