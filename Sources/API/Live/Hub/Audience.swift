import Bus
import Domain

/// The clients of one shard that want and may see the same topics.
///
/// Whether an event is for them is decided once for all of them.
final class Audience {
    struct Key: Hashable {
        let topics: TopicRequest
        let role: Role?
    }

    /// So many decisions are remembered; then they are made anew.
    private static let verdictsMax = 512

    let key: Key
    private(set) var members: [LiveClient] = []
    private var verdicts: [FullTopic: Bool] = [:]

    init(_ key: Key) { self.key = key }

    var isEmpty: Bool { members.isEmpty }
    var groups: Set<LiveGroup> { key.topics.groups }

    func wants(_ topic: FullTopic) -> Bool {
        if let known = verdicts[topic] { return known }
        let text = topic.text
        let verdict = key.topics.filter.matches(text) && TopicAccess.allows(text, key.role)
        if verdicts.count >= Audience.verdictsMax { verdicts.removeAll(keepingCapacity: true) }
        verdicts[topic] = verdict
        return verdict
    }

    func add(_ client: LiveClient) { members.append(client) }

    func remove(_ client: LiveClient) {
        guard let place = members.firstIndex(where: { $0 === client }) else { return }
        members.swapAt(place, members.count - 1)
        members.removeLast()
    }
}
