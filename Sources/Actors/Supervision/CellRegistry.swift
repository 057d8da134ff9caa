import Bus
import Threading

/// Every child of a tree by its name; shared by all its supervisors.
final class CellRegistry: Sendable {
    private struct Entry {
        let cell: ChildCell
        /// Under which supervisor the child is now.
        var owner: Supervisor?
    }

    private let entries = Mutex<[ActorName: Entry]>([:])

    func cell(for name: ActorName) -> ChildCell? { entries.withLock { $0[name]?.cell } }

    func owner(of name: ActorName) -> Supervisor? { entries.withLock { $0[name]?.owner } }

    /// Sets names aside for children that a spec holds, before anything of it runs.
    ///
    /// - Returns: `false`, and sets nothing aside, when one of them is in use.
    func reserve(_ names: [ActorName]) -> Bool {
        entries.withLock { entries in
            guard names.allSatisfy({ entries[$0] == nil }) else { return false }
            for name in names { entries[name] = Entry(cell: ChildCell(name: name)) }
            return true
        }
    }

    /// Makes a supervisor the owner of a child, whoever was it before: of two with the same spec, the later one counts.
    func claim(_ name: ActorName, for owner: Supervisor) -> ChildCell {
        entries.withLock { entries in
            let cell = entries[name]?.cell ?? ChildCell(name: name)
            entries[name] = Entry(cell: cell, owner: owner)
            return cell
        }
    }

    /// The supervisor ended: its children keep their places for the next one of its name.
    func release(_ names: [ActorName], by owner: Supervisor) {
        entries.withLock { entries in
            for name in names where entries[name]?.owner === owner { entries[name]?.owner = nil }
        }
    }

    func forget(_ names: [ActorName]) {
        let cells = entries.withLock { entries in names.compactMap { entries.removeValue(forKey: $0)?.cell } }
        for cell in cells { cell.close() }
    }

    func closeAll() {
        let cells = entries.withLock { entries in
            defer { entries = [:] }
            return entries.values.map(\.cell)
        }
        for cell in cells { cell.close() }
    }
}
