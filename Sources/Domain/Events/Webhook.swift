package import Bus

/// Another service told the station something, and proved that it was the one to say so.
///
/// Each delivery is told once, however often its sender repeats it. What it says is read by its id: it may be private.
package struct WebhookReceived: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "webhook.delivery.received"
    package static let summary = "Another service told the station something, and proved that it was the one to say so."
    /// Under which the delivery is kept.
    package let id: UUIDv7
    /// The source's name in the settings.
    package let source: String
    /// How the sender calls this delivery.
    package let delivery: String

    package init(id: UUIDv7, source: String, delivery: String) {
        self.id = id
        self.source = source
        self.delivery = delivery
    }

    package var subject: Subject? { Subject(source) }
}
