package import Bus

/// One event of a load exercise.
package struct DrillLoadGenerated: DataEvent, DocumentedEvent {
    package static let topic: Topic = "drill.load.generated"
    package static let summary = "One event of a load exercise."
    /// Counts the events of one exercise.
    package let number: UInt64
    /// Gives the event a wanted size.
    package let filler: String

    package init(number: UInt64, filler: String) {
        self.number = number
        self.filler = filler
    }
}

/// One durable event of an exercise.
package struct DrillLedgerEntered: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "drill.ledger.entered"
    package static let summary = "One durable event of an exercise."
    package let number: UInt64
    package let filler: String

    package init(number: UInt64, filler: String) {
        self.number = number
        self.filler = filler
    }
}

/// One state event of an exercise.
package struct DrillStatusSet: StateEvent, DocumentedEvent {
    package static let topic: Topic = "drill.status.set"
    package static let summary = "One state event of an exercise."
    package let number: UInt64
    package let filler: String

    package init(number: UInt64, filler: String) {
        self.number = number
        self.filler = filler
    }
}
