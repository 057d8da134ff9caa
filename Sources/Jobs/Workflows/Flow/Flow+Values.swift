package import Bus
import Store

extension Flow {
    /// The database's time when the code came by here first.
    package func now(_ name: String = "now") async throws -> Timestamp {
        try await call(name) {
            let slot = try slot(name, .value)
            if let record = slot.record {
                let nanoseconds = try FlowJSON.decode(Int64.self, from: record.output ?? "", of: "time '\(name)'")
                return Timestamp(nanoseconds: nanoseconds)
            }
            _ = try goOn()
            return try await write { transaction, journal in
                let time = try transaction.rows("SELECT station_now()").first?[0].integer ?? 0
                var step = StepWrite(slot, .completed)
                step.output = String(time)
                try transaction.write(step, of: journal)
                return Timestamp(nanoseconds: time)
            }
        }
    }

    /// An id that is the same at every replay: made from the run's own and the place of the call.
    package func uuid(_ name: String = "uuid") throws -> UUIDv7 {
        try value(name) { DerivedID.make(run, "uuid \($0)") }
    }

    /// Random numbers that are the same at every replay.
    package func random(_ name: String = "random") throws -> SplitMix64 {
        SplitMix64(state: try value(name) { DerivedID.make(run, "random \($0)") }.low)
    }

    private func value(_ name: String, _ make: (_ number: Int) -> UUIDv7) throws -> UUIDv7 {
        try enterBriefly(name) { state throws(FlowEnding) in
            let slot = try state.slot(name, .value)
            let id = make(slot.number)
            if slot.record == nil {
                var step = StepWrite(slot, .completed)
                step.output = "\"\(id)\""
                state.pending.append(step)
            }
            return id
        }
    }

    /// Whether the run takes the new way of a change to the code.
    ///
    /// Runs that have gone past this place before the change keep to the old way; all others take the new one, and that
    /// is recorded. Once no run of the old way is left, the call and the old way can be removed, in this order: first
    /// the old way, then, when no run is left that recorded it, the call.
    package func patched(_ name: String) throws -> Bool {
        try enterBriefly(name) { state throws(FlowEnding) in
            switch state.replay.patched(name) {
            case .old: return false
            case .new: return true
            case .mark(let number):
                let slot = StepSlot(number: number, name: name, kind: .patch, record: nil)
                state.pending.append(StepWrite(slot, .completed))
                return true
            }
        }
    }
}
