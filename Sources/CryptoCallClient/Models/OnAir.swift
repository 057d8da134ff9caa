/// The result of `onair.status`.
public struct OnAirStatus: Codable, Hashable, Sendable {
    public struct Engine: Codable, Hashable, Sendable {
        public let name: String
        /// `ready`, `left_alone` after failures, or `unavailable`.
        public let state: String
        /// Why it is unavailable.
        public let reason: String?
        public let answered: Int64
        public let failed: Int64
        public let lastFailure: String?
    }

    public struct Playout: Codable, Hashable, Sendable {
        public let startedAt: String
        /// The item that plays.
        public let item: String?
        /// How many items wait.
        public let items: Int64
        /// Whether only the bed is heard.
        public let standby: Bool
        public let muted: Bool
        public let delay: Bool
        public let levelDecibels: Double?
        /// For how long nothing has been heard.
        public let silentSeconds: Double?
        /// Blocks of sound that came too late.
        public let lateBlocks: Int64
        /// How old all this is.
        public let ageSeconds: Double
        /// How the programme gets out; absent where the playout sends it nowhere.
        public let outputs: Outputs?
    }

    /// How the programme gets out.
    public struct Outputs: Codable, Hashable, Sendable {
        public struct Target: Codable, Hashable, Sendable {
            /// `icecast` or `push`.
            public let kind: String
            public let name: String
            public let url: String
            /// `stopped`, `waiting`, `connecting`, `live` or `unavailable`.
            public let state: String
            /// Why it is not live.
            public let reason: String?
            /// How often it went live.
            public let connects: Int64
        }

        public struct Recording: Codable, Hashable, Sendable {
            public let file: String?
            public let bytes: Int64
            public let failure: String?
        }

        /// Why listeners do not hear the programme.
        public let trouble: String?
        /// `stopped`, `starting`, `running`, `restarting` or `unavailable`.
        public let encoder: String
        public let encoderStarts: Int64
        /// Sound that was never encoded.
        public let lostSeconds: Double
        public let segmentAgeSeconds: Double?
        public let integratedLUFS: Double?
        public let driftSeconds: Double
        public let targets: [Target]
        /// Absent when nothing is recorded.
        public let recording: Recording?
        /// Why the targets of the settings are not used.
        public let refusal: String?
    }

    /// The engines that make speech; none while words go out as text only.
    public let voices: [String]
    /// Why there is no voice.
    public let reason: String?
    public let muted: Bool
    /// Whether an operator took the hosts off the air; absent where the daemon does not know of that.
    public let offAir: Bool?
    public let engines: [Engine]
    /// Absent while the playout does not answer.
    public let playout: Playout?
    /// Servers that an operator keeps the programme from; absent where the daemon does not know of that.
    public let targetsOff: [String]?
    /// How many segments wait.
    public let waiting: Int64
    /// How much speech is still to be heard.
    public let aheadSeconds: Double
    /// What airs.
    public let segment: OnAirSegment?
}

/// Something that is said on the air, or is to be.
public struct OnAirSegment: Codable, Hashable, Sendable {
    public let id: String
    /// `written`, `queued` or `airing`.
    public let state: String
    public let host: String
    /// `live`, `fallback` or `operator`.
    public let kind: String
    public let text: String
    public let writtenAt: String
}

/// The result of `onair.queue`.
public struct OnAirQueue: Codable, Hashable, Sendable {
    /// How many there are, also those that are not among `segments`.
    public let count: Int64
    public let aheadSeconds: Double
    /// In the order in which they are heard.
    public let segments: [OnAirSegment]
    /// The part of the hour that is on; absent where an older station does not tell.
    public let part: OnAirPart?
    /// Those that follow it within an hour.
    public let parts: [OnAirPart]?
}

/// A part of the station's hour.
public struct OnAirPart: Codable, Hashable, Sendable {
    /// Such as `market`.
    public let kind: String
    /// Who speaks in it.
    public let host: String
    public let beganAt: String
    public let endsAt: String
}

/// The result of `onair.say`.
public struct OnAirSaid: Codable, Hashable, Sendable {
    public let segment: String
    public let host: String
    /// How much speech is to be heard until these words have been.
    public let aheadSeconds: Double?
}

/// The result of `onair.skip`.
public struct OnAirSkipped: Codable, Hashable, Sendable {
    /// The item that listeners heard.
    public let item: String
    /// Absent for an item that belongs to no segment.
    public let segment: String?
    /// How many more of its items were taken out.
    public let removed: Int64
}

/// What `onair.start` and `onair.stop` answer.
public struct OnAirSwitched: Codable, Hashable, Sendable {
    /// Whether the hosts are off the air now.
    public let offAir: Bool
}

/// What `onair.target` answers.
public struct OnAirTarget: Codable, Hashable, Sendable {
    public let name: String
    /// Whether it gets the programme.
    public let on: Bool
}

/// What `onair.bed` answers.
public struct OnAirBed: Codable, Hashable, Sendable {
    /// A path, `own` for the station's own bed; absent when the settings decide again.
    public let bed: String?
}

/// What `onair.delay` answers.
public struct OnAirDelay: Codable, Hashable, Sendable {
    public let delay: Bool
}

/// What `onair.dump` answers.
public struct OnAirDumped: Codable, Hashable, Sendable {
    public let dumped: Bool
}
