/// Somebody on the line, who has no picture.
package struct OnAirCaller: Codable, Hashable, Sendable {
    package var name: ShownText
    package var topic: ShownText?

    package init(name: ShownText, topic: ShownText? = nil) {
        self.name = name
        self.topic = topic
    }
}
