import Domain

/// Topics that somebody asks for, checked.
struct TopicRequest: Hashable, Sendable {
    /// Prefixes of full topics, besides those of the groups.
    let topics: Set<String>
    let groups: Set<LiveGroup>
    let filter: TopicFilter

    static let nothing = TopicRequest(topics: [], groups: [])
    static let everything = TopicRequest(topics: [""], groups: [])

    private init(topics: Set<String>, groups: Set<LiveGroup>) {
        self.topics = topics
        self.groups = groups
        filter = TopicFilter(topics.union(groups.flatMap(\.prefixes)))
    }

    /// - Parameters:
    ///   - topics: prefixes of full topics.
    ///   - names: names of groups.
    ///   - role: whose request it is; `nil` for a stranger.
    /// - Throws: `APIError`: `.invalidInput` with all faults; `.unauthorized` to a stranger and `.forbidden` to somebody
    ///   known when there could be nothing to see.
    init(topics: [String], groups names: [String], role: Role?) throws(APIError) {
        var faults: [InputFault] = []
        for (index, topic) in topics.enumerated() {
            guard let fault = TopicFilter.fault(of: topic) else { continue }
            faults.append(InputFault(field: "topics[\(index)]", message: fault))
        }
        var groups: Set<LiveGroup> = []
        for (index, name) in names.enumerated() {
            if let group = LiveGroup(rawValue: name) {
                groups.insert(group)
            } else {
                let known = LiveGroup.allCases.map(\.rawValue).joined(separator: ", ")
                faults.append(InputFault(field: "groups[\(index)]", message: "must be one of \(known)"))
            }
        }
        if topics.isEmpty, names.isEmpty {
            faults.append(InputFault(field: "topics", message: "or groups must name something"))
        }
        guard faults.isEmpty else { throw APIError(faults: faults) }
        try self.init(checked: Set(topics), groups)
        for prefix in topics where !TopicAccess.reaches(prefix, role) { throw TopicRequest.refusal(prefix, role) }
        for group in groups where !group.isOpen(to: role) { throw TopicRequest.refusal(group.rawValue, role) }
    }

    /// - Throws: `APIError` with `.invalidInput` when it is too much.
    private init(checked topics: Set<String>, _ groups: Set<LiveGroup>) throws(APIError) {
        guard topics.count + groups.count <= TopicFilter.prefixesMax else {
            let message = "at most \(TopicFilter.prefixesMax) at a time, groups included"
            throw APIError(faults: [InputFault(field: "topics", message: message)])
        }
        self.init(topics: topics, groups: groups)
    }

    /// - Throws: `APIError` with `.invalidInput` when it is too much.
    func adding(_ other: TopicRequest) throws(APIError) -> TopicRequest {
        try TopicRequest(checked: topics.union(other.topics), groups.union(other.groups))
    }

    func removing(_ other: TopicRequest) -> TopicRequest {
        TopicRequest(topics: topics.subtracting(other.topics), groups: groups.subtracting(other.groups))
    }

    private static func refusal(_ what: String, _ role: Role?) -> APIError {
        role == nil
            ? APIError(.unauthorized, "\(what) is only for those who are logged in.")
            : APIError(.forbidden, "\(what) needs a higher role.")
    }
}
