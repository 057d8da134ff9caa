/// Which frame of the programme comes out of the encoder next, over all its lives; pure.
///
/// A new life goes on with the first frame that did not come out of the one before: what was on its way is coded again.
package struct VideoTimeline: Hashable, Sendable {
    /// The first frame that did not come out.
    package private(set) var next: Int64 = 0
    /// The frame that is fed next.
    package private(set) var fed: Int64 = 0
    /// Which life this is, counted from 1.
    package private(set) var run = 0
    /// Frames that there will never be, because nothing coded them in time.
    package private(set) var lost: Int64 = 0

    /// More than three seconds are not coded later: the segments that they belong to are public by then.
    static let backlogMax: Int64 = 75
    /// A life that is eight seconds behind will not catch up; a new one begins with what is due.
    static let behindMax: Int64 = 200

    package init() {}

    /// Begins a life.
    ///
    /// - Parameter due: the newest frame that is due.
    /// - Returns: the first frame to feed.
    package mutating func begin(due: Int64) -> Int64 {
        if due - next > VideoTimeline.backlogMax {
            // Before the first life nothing is lost: there was nothing to be seen.
            if run > 0 { lost += due - next }
            next = due
        }
        run += 1
        fed = next
        return next
    }

    /// A frame was given to the encoder.
    package mutating func feed() { fed += 1 }

    /// A frame came out of the present life.
    ///
    /// - Returns: its number; `nil` for one that was never fed.
    package mutating func take() -> Int64? {
        guard next < fed else { return nil }
        defer { next += 1 }
        return next
    }
}
