/// Makes version 7 UUIDs that increase strictly, even within a millisecond and when the clock steps back.
///
/// A value type, so that tests can hold it and the bus can keep it behind its own lock. Not a source of secrets.
public struct UUIDv7Generator: Sendable {
    private var milliseconds: UInt64 = 0
    private var counter: UInt16 = 0
    private var random: SplitMix64

    /// - Parameter seed: where the random bits start; the system's random numbers unless a test fixes it.
    public init(seed: UInt64 = .random(in: .min ... .max)) {
        random = SplitMix64(state: seed)
    }

    /// A generator for one batch: same time base, its own random bits, so that the lock need not be held meanwhile.
    public mutating func split() -> UUIDv7Generator {
        UUIDv7Generator(seed: random.next())
    }

    /// The next id at a time.
    ///
    /// Order within a millisecond is kept by a 12-bit counter; when that overflows, or when the time is earlier than
    /// the last one, the id keeps counting from the latest millisecond used.
    public mutating func next(at time: Timestamp) -> UUIDv7 {
        let now = UInt64(max(0, time.nanoseconds / 1_000_000))
        if now > milliseconds {
            milliseconds = now
            // Half the range is left for ids of the same millisecond.
            counter = UInt16(truncatingIfNeeded: random.next() & 0x07FF)
        } else if counter < 0x0FFF {
            counter += 1
        } else {
            milliseconds += 1
            counter = 0
        }
        return UUIDv7(milliseconds: milliseconds, counter: counter, random: random.next())
    }
}

/// Steele, Lea and Flood's generator: eight bytes of state, good enough to tell ids apart.
public struct SplitMix64: RandomNumberGenerator, Hashable, Sendable {
    private var state: UInt64

    public init(state: UInt64) { self.state = state }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
