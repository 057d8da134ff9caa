/// Numbers the calls of a workflow's code and tells what is recorded for each.
///
/// A plain value: it takes recorded steps, and answers calls in order.
package struct Replay: Hashable, Sendable {
    package enum Answer: Hashable, Sendable {
        /// There is a record, finished or not.
        case recorded(StepRecord)
        /// Nothing is recorded: the code has come farther than ever before.
        case fresh(number: Int)
        case nondeterministic(Nondeterminism)
        /// The run has more steps than one run may have.
        case full
    }

    /// The most steps of one run.
    package static let stepCountMax = 10_000
    /// More steps than this are worth a warning.
    package static let stepCountLong = 2000

    private let recorded: [Int: StepRecord]
    private let last: Int
    /// What was asked about patches, so that one name has one answer throughout the run.
    private var patches: [String: Bool] = [:]
    /// The number that was given last.
    package private(set) var position = 0

    package init(_ steps: [StepRecord]) {
        recorded = Dictionary(steps.map { ($0.number, $0) }, uniquingKeysWith: { $1 })
        last = steps.map(\.number).max() ?? 0
    }

    /// Numbers a call.
    ///
    /// - Parameters:
    ///   - name: how the code calls it.
    ///   - kind: what it is.
    ///   - mayBeMissing: whether later steps can be recorded without it, as those that run side by side can.
    package mutating func next(_ name: String, _ kind: StepKind, mayBeMissing: Bool = false) -> Answer {
        guard position < Replay.stepCountMax else { return .full }
        position += 1
        let called = Replay.label(kind, name)
        guard let record = recorded[position] else {
            guard last > position, !mayBeMissing else { return .fresh(number: position) }
            return .nondeterministic(Nondeterminism(step: position, .inserted(called: called)))
        }
        guard record.name == name, record.kind == kind else {
            let known = Replay.label(record.kind, record.name)
            return .nondeterministic(Nondeterminism(step: position, .other(recorded: known, called: called)))
        }
        return .recorded(record)
    }

    package enum PatchAnswer: Hashable, Sendable {
        /// The run passed by before the patch was there.
        case old
        case new
        /// The patch is there, and this is the first that the run sees of it: record it.
        case mark(number: Int)
    }

    /// Tells whether a run takes the new way of a patch.
    ///
    /// Those that have gone past this place the old way keep doing so.
    package mutating func patched(_ name: String) -> PatchAnswer {
        if let known = patches[name] { return known ? .new : .old }
        let record = recorded[position + 1]
        if let record, record.kind == .patch, record.name == name {
            position += 1
            patches[name] = true
            return .new
        }
        guard last <= position, position < Replay.stepCountMax else {
            patches[name] = false
            return .old
        }
        position += 1
        patches[name] = true
        return .mark(number: position)
    }

    /// Tells whether code that has ended left recorded steps behind.
    package func end() -> Nondeterminism? {
        guard let missed = recorded.values.filter({ $0.number > position }).min(by: { $0.number < $1.number }) else {
            return nil
        }
        return Nondeterminism(step: missed.number, .ended(recorded: Replay.label(missed.kind, missed.name)))
    }

    private static func label(_ kind: StepKind, _ name: String) -> String { "\(kind.rawValue) '\(name)'" }
}
