import Bus
import Domain
import Show
import Testing

/// What is on at which minute.
@Suite struct FormatClockTests {
    private func time(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }

    @Test func `the part that is on has its kind, its beginning and its end`() throws {
        let clock = try FormatClock(["00 headlines", "05 market", "10 ident"])
        let slot = clock.slot(at: try time("2026-03-01T10:07:30.250Z"))
        let expected = ShowPart(
            kind: .market,
            beganAt: try time("2026-03-01T10:05:00Z"),
            endsAt: try time("2026-03-01T10:10:00Z")
        )
        #expect(slot.part == expected)
        #expect(clock.slot(at: expected.beganAt).part == expected)
        #expect(clock.slot(at: expected.endsAt).part.kind == .ident)
    }

    @Test func `what is longer than five minutes is parted evenly, from three to five minutes`() throws {
        for minutes in 6..<60 {
            let clock = try FormatClock(["00 talk", "\(minutes < 10 ? "0" : "")\(minutes) ident"])
            let start = try time("2026-03-01T10:00:00Z")
            let parts = ([clock.slot(at: start)] + clock.next(after: start)).map(\.part).filter { $0.kind == .talk }
            let lengths = parts.prefix { $0.beganAt < start.advanced(by: .seconds(3600)) }.map {
                $0.beganAt.duration(to: $0.endsAt)
            }
            #expect(lengths.allSatisfy { $0 >= .seconds(180) && $0 <= .seconds(300) }, "\(minutes): \(lengths)")
            #expect(lengths.reduce(.zero, +) == .seconds(60 * minutes))
        }
    }

    @Test func `parts follow each other over the hour without a gap, and are counted`() throws {
        let start = try time("2026-03-01T23:52:10Z")
        var slot = FormatClock.standard.slot(at: start)
        for next in FormatClock.standard.next(after: start) {
            #expect(next.part.beganAt == slot.part.endsAt && next.turn == slot.turn + 1)
            slot = next
        }
        #expect(slot.part.endsAt >= start.advanced(by: .seconds(3600)))
    }

    @Test(arguments: [19_800, 20_700, -34_200, 3600])
    func `the hour is that of the station's clock`(offset: Int) throws {
        let clock = try FormatClock(["00 headlines", "30 ident"])
        let start = try time("2026-03-01T10:00:00Z")
        for minute in 0..<120 {
            let now = start.advanced(by: .seconds(60 * minute))
            let slot = clock.slot(at: now) { _ in offset }
            let local = (minute + offset / 60 % 60 + 60) % 60
            #expect(slot.part.kind == (local < 30 ? .headlines : .ident))
            #expect(slot.part.beganAt <= now && now < slot.part.endsAt)
        }
    }

    @Test func `moments before the epoch have their part, too`() {
        let slot = FormatClock.standard.slot(at: Timestamp(seconds: -1))
        #expect(slot.part.endsAt == Timestamp(seconds: 0) && slot.turn == -1)
    }

    @Test func `the plan of a station that has none is one`() throws {
        #expect(try FormatClock(FormatClock.standardHour) == .standard)
        let start = try time("2026-03-01T10:00:00Z")
        let parts = [FormatClock.standard.slot(at: start)] + FormatClock.standard.next(after: start)
        #expect(Set(parts.map(\.part.kind)) == Set(PartKind.allCases))
        #expect(parts.allSatisfy { $0.part.beganAt.duration(to: $0.part.endsAt) >= .seconds(180) })
    }

    @Test(arguments: [
        ([], FormatClock.Fault.empty), (["05 market"], .lateStart), (["00 market", "00 talk"], .order(1)),
        (["00 market", "10 talk", "05 talk"], .order(2)), (["0 market"], .malformed(0)), (["00market"], .malformed(0)),
        (["00 market", "60 talk"], .malformed(1)), (["00 music"], .malformed(0)), (["00  talk"], .malformed(0)),
        (["00 market", "15 calls"], .calls(1)), (["-1 talk"], .malformed(0)),
    ])
    func `what is no plan is refused with its line`(lines: [String], fault: FormatClock.Fault) {
        #expect(throws: fault) { try FormatClock(lines) }
    }
}
