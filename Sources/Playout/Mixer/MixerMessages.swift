package import PlayoutLink

/// An item that the mixer is to play after those it has been given before.
package struct Cue: BitwiseCopyable, Sendable {
    /// Names the item in the mixer's reports.
    package var serial: Int64
    /// Which of the item buffers has its sound.
    package var buffer: Int
    package var kind: ItemKind
    package var gain: Float
    /// Where in the item the buffer begins, in frames.
    package var startFrame = 0
    package var fadeInFrames = 0
    package var fadeOutFrames = 0
    /// How long it sounds together with the end of the item before it, in frames.
    package var crossFadeFrames = 0
    /// Whether it is an ident that plays because there is nothing else.
    package var isStandby = false

    package init(serial: Int64, buffer: Int, kind: ItemKind, gain: Float = 1) {
        self.serial = serial
        self.buffer = buffer
        self.kind = kind
        self.gain = gain
    }
}

/// What the mixer is told.
package enum MixerCommand: BitwiseCopyable, Sendable {
    case cue(Cue)
    /// Forget the items that have not begun; answered by `uncued` with the same token.
    case uncueAll(token: Int64)
    /// End the item that is playing, if it is this one, with a short fade.
    case skip(serial: Int64)
    case mute(Bool)
    /// Let listeners hear the programme later, by ten seconds.
    case delay(Bool)
    /// Make everything that leaves louder or quieter, by a factor.
    case gain(Float)
    /// Drop what was made but not heard yet.
    case dump
    /// Play the bed from its file, if its ring has sound; `false` is the station's own bed.
    case bedFile(Bool, gain: Float)
    /// Play the station's own chime over whatever sounds.
    case chime
    /// Mix in the sound of the live call.
    case call(Bool, gain: Float)
}

/// How an item's sound ended.
package enum VoiceEnd: BitwiseCopyable, Sendable {
    case finished
    case skipped
    /// Its sound broke off.
    case broken
}

/// What the mixer tells.
///
/// Every `at` counts frames of the programme since the mixer was made.
package enum MixerReport: BitwiseCopyable, Sendable {
    case started(serial: Int64, at: Int64)
    /// `position` is where in the item it ended, in frames.
    case ended(serial: Int64, VoiceEnd, position: Int, at: Int64)
    case uncued(token: Int64)
    /// Where the item that plays is; `serial` 0 is none.
    case position(serial: Int64, frame: Int, at: Int64)
    case level(LevelFigures)
    case standby(Bool, at: Int64)
    case muted(Bool, at: Int64)
    case dumped(frames: Int, at: Int64)
}

/// The level of one second of what leaves.
package struct LevelFigures: BitwiseCopyable, Hashable, Sendable {
    /// A factor; 1 is full scale.
    package var rms: Float = 0
    package var peak: Float = 0
    /// How long nothing above −60 dBFS has left, in frames.
    package var silentFrames: Int64 = 0
    /// Frames of items that came too late.
    package var starvedFrames: Int64 = 0
    package var at: Int64 = 0
}
