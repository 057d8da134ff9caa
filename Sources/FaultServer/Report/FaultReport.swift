package import JSON

/// What has become of the requests so far.
package struct FaultReport: Hashable, Sendable {
    /// Of one model; every request ends as one of the four, or is still open.
    package struct Model: Hashable, Sendable {
        package var requests = 0
        /// Got a complete answer.
        package var completed = 0
        /// Got a part of an answer, or none, and the end of the connection.
        package var cut = 0
        /// Got an error.
        package var failed = 0
        /// Were given up by the client before the end.
        package var clientGone = 0
        package var open = 0
        /// How many content events had left for the client that gave up last.
        package var lastClientGoneAfterEvents: Int?
        /// The body of the last request.
        package var lastRequest: JSONValue?
        /// Its headers by lower-case name, without those that hold secrets.
        package var lastHeaders: [String: String] = [:]
        /// The names of those headers that hold secrets.
        package var lastCredentials: [String] = []

        package init() {}
    }

    /// By name; only those that have been asked.
    package var models: [String: Model] = [:]
    /// How many connections have been accepted.
    package var connections = 0
    package var openConnections = 0
    /// Requests that no model was there for, or that were no requests.
    package var refused = 0

    package init() {}

    package var json: JSONValue {
        [
            "models": .object(models.mapValues(\.json)), "connections": .int(Int64(connections)),
            "openConnections": .int(Int64(openConnections)), "refused": .int(Int64(refused)),
        ]
    }
}

extension FaultReport.Model {
    fileprivate var json: JSONValue {
        [
            "requests": .int(Int64(requests)), "completed": .int(Int64(completed)), "cut": .int(Int64(cut)),
            "failed": .int(Int64(failed)), "clientGone": .int(Int64(clientGone)), "open": .int(Int64(open)),
            "lastClientGoneAfterEvents": lastClientGoneAfterEvents.map { .int(Int64($0)) } ?? .null,
            "lastRequest": lastRequest ?? .null,
            "lastHeaders": .object(lastHeaders.mapValues { .string($0) }),
            "lastCredentials": .array(lastCredentials.map { .string($0) }),
        ]
    }
}
