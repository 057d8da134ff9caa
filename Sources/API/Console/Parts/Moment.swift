import Bus

/// A moment in UTC, with how long ago it was; scripts keep the second part current.
struct Moment: View {
    let time: Timestamp
    let now: Timestamp

    init(_ time: Timestamp, now: Timestamp) {
        self.time = time
        self.now = now
    }

    var body: Markup {
        Tag("time")(.class("when"), Attribute(.datetime, time.description)) {
            Figures.clock(time, now: now)
            span(.class("age")) { " · \(Figures.relative(time, now: now))" }
        }
    }
}
