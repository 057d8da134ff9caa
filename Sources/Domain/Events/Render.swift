package import Bus

/// A film is to be made.
///
/// What happens to films has no subject: there are too many of them.
package struct RenderQueued: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "render.film.queued"
    package static let summary = "A film is to be made."
    package let render: UUIDv7
    /// Whose it is; absent for one that an operator has ordered on the machine itself.
    package let owner: UUIDv7?
    package let title: String
    package let scenes: Int

    package init(render: UUIDv7, owner: UUIDv7?, title: String, scenes: Int) {
        self.render = render
        self.owner = owner
        self.title = title
        self.scenes = scenes
    }
}

/// More of a film is there than before; told at most once a second.
package struct RenderProgressed: DataEvent, DocumentedEvent {
    package static let topic: Topic = "render.film.progressed"
    package static let summary = "More of a film is there than before."
    package let render: UUIDv7
    /// `speaking` counts sentences, `drawing` frames.
    package let state: String
    package let done: Int
    package let total: Int

    package init(render: UUIDv7, state: String, done: Int, total: Int) {
        self.render = render
        self.state = state
        self.done = done
        self.total = total
    }
}

/// A film is there, with its poster, captions and contact sheet.
package struct RenderCompleted: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "render.film.completed"
    package static let summary = "A film is there, with its poster, captions and contact sheet."
    package let render: UUIDv7
    package let owner: UUIDv7?
    package let title: String
    package let seconds: Double
    /// Of all its files.
    package let sizeBytes: Int64

    package init(render: UUIDv7, owner: UUIDv7?, title: String, seconds: Double, sizeBytes: Int64) {
        self.render = render
        self.owner = owner
        self.title = title
        self.seconds = seconds
        self.sizeBytes = sizeBytes
    }
}

/// A film was not made, and will not be.
package struct RenderFailed: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "render.film.failed"
    package static let summary = "A film was not made, and will not be."
    package let render: UUIDv7
    package let owner: UUIDv7?
    /// Why, in one sentence.
    package let reason: String

    package init(render: UUIDv7, owner: UUIDv7?, reason: String) {
        self.render = render
        self.owner = owner
        self.reason = reason
    }
}

/// Nobody wants a film any more.
package struct RenderCancelled: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "render.film.cancelled"
    package static let summary = "Nobody wants a film any more."
    package let render: UUIDv7
    package let owner: UUIDv7?

    package init(render: UUIDv7, owner: UUIDv7?) {
        self.render = render
        self.owner = owner
    }
}
