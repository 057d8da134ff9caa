/// Who speaks, and about what.
package struct LowerThird: Codable, Hashable, Sendable {
    package var name: ShownText
    package var role: ShownText?
    package var topic: ShownText?

    package init(name: ShownText, role: ShownText? = nil, topic: ShownText? = nil) {
        self.name = name
        self.role = role
        self.topic = topic
    }
}
