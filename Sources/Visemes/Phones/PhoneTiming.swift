/// What the times of an engine's plosives mean.
package enum PhoneTiming: Hashable, Sendable {
    /// A plosive's time is its closure with its release, as flite has it, and letters.
    case closureWithin
    /// A plosive's time begins with its release: its closure lies in the time of the phone before, as espeak-ng has it.
    case startAtRelease
}
