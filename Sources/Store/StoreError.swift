/// Why the store refused or failed.
///
/// `description` is safe to log; `debugDescription` may also hold what the database said, and with it user data.
package struct StoreError: Error, Sendable {
    /// What kind of failure it is.
    ///
    /// Open, so that an engine can add its own; compare with `==`.
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        package let name: String
        package let disposition: Disposition

        package init(name: String, disposition: Disposition) {
            self.name = name
            self.disposition = disposition
        }

        package var description: String { name }
    }

    /// What the caller can do about it.
    package enum Disposition: Hashable, Sendable {
        /// The same call may succeed later.
        case retry
        /// The same call will fail again.
        case fail
        /// The caller was told to stop: no failure.
        case stop
    }

    package let code: Code
    /// What it concerns, from a closed set of names: a path, a migration, a topic.
    package let subject: String
    /// What the engine said.
    ///
    /// May hold user data.
    package let detail: String

    package init(_ code: Code, _ subject: String = "", detail: String = "") {
        self.code = code
        self.subject = subject
        self.detail = detail
    }

    package var disposition: Disposition { code.disposition }
}

extension StoreError.Code {
    /// The queue of writes is full, or another connection held the database for too long.
    package static let busy = Self(name: "busy", disposition: .retry)
    /// The caller was cancelled before its write had begun: nothing of it is stored.
    package static let cancelled = Self(name: "cancelled", disposition: .stop)
    /// The store has been closed.
    package static let closed = Self(name: "closed", disposition: .stop)
    /// A unique, check or foreign key rule was broken, as by an event id that is logged already.
    package static let constraint = Self(name: "constraint", disposition: .fail)
    /// The database is damaged, or holds what this program did not write.
    package static let corrupt = Self(name: "corrupt", disposition: .fail)
    /// The writer's incarnation has been replaced.
    package static let fenced = Self(name: "fenced", disposition: .stop)
    /// The disk is full, or the database has reached its largest size.
    package static let full = Self(name: "full", disposition: .retry)
    /// Another process has this state folder open.
    package static let locked = Self(name: "locked", disposition: .fail)
    /// A migration was edited, or applied out of order.
    package static let schemaChanged = Self(name: "schema changed", disposition: .fail)
    /// The database was migrated by a newer program.
    package static let schemaTooNew = Self(name: "schema too new", disposition: .fail)
    /// An event, a batch or a result is larger than the store takes.
    package static let tooLarge = Self(name: "too large", disposition: .fail)
    /// The database cannot be opened, read or written: a missing folder, permissions, an input or output error.
    package static let unreachable = Self(name: "unreachable", disposition: .retry)
    /// The event type is not registered with the bus, or its payload does not encode.
    package static let unpublishable = Self(name: "unpublishable", disposition: .fail)
    /// Anything else that the engine reported.
    package static let failed = Self(name: "failed", disposition: .fail)
}

extension StoreError: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { subject.isEmpty ? "store: \(code)" : "store: \(code): \(subject)" }
    package var debugDescription: String { detail.isEmpty ? description : "\(description) (\(detail))" }
}
