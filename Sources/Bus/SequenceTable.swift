/// The last sequence number of each subject of one topic.
///
/// Most topics have no subject, and their counter is found without hashing.
@usableFromInline
struct SequenceTable: Sendable {
    @usableFromInline var withoutSubject: UInt64 = 0
    @usableFromInline var bySubject: [Subject: UInt64] = [:]

    @inlinable init() {}

    @inlinable
    mutating func next(for subject: Subject?) -> UInt64 {
        guard let subject else {
            withoutSubject += 1
            return withoutSubject
        }
        let next = bySubject[subject, default: 0] + 1
        bySubject[subject] = next
        return next
    }

    mutating func set(_ seq: UInt64, for subject: Subject?) {
        if let subject { bySubject[subject] = seq } else { withoutSubject = seq }
    }

    /// Every subject that has been numbered; `nil` stands for "no subject".
    var all: [(subject: Subject?, seq: UInt64)] {
        let plain: [(subject: Subject?, seq: UInt64)] = withoutSubject > 0 ? [(nil, withoutSubject)] : []
        return plain + bySubject.map { (subject: $0.key, seq: $0.value) }
    }
}
