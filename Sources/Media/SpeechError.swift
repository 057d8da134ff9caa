/// Why nothing was said.
package struct SpeechError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Hashable, Sendable {
        /// The text is too long, holds markup or control characters, or nothing that can be said.
        case badText = "bad_text"
        /// A setting, such as a voice, makes no sense to the engine.
        case badSetting = "bad_setting"
        /// The engine cannot be asked as things are set up: a program or a key is missing.
        case unavailable
        /// It has not answered in time.
        case timedOut = "timed_out"
        /// The service refuses our key, or has no money of ours left.
        case keyRefused = "key_refused"
        /// The service asks us to slow down.
        case rateLimited = "rate_limited"
        /// The engine has failed: it crashed, is in trouble, or cannot be reached.
        case failed
        /// What it answered is not what it should be.
        case badAnswer = "bad_answer"
        /// Audio that cannot be read, or is not audio.
        case badAudio = "bad_audio"
        /// Nobody waits for it any more.
        case cancelled
    }

    package let code: Code
    /// What is wrong, with the name of the field or program, and what to do; safe to show.
    package let message: String
    /// How long a service wants to be left alone, where it says so.
    package var retryAfter: Duration?

    package init(_ code: Code, _ message: String, retryAfter: Duration? = nil) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }

    package var description: String { message }

    /// Whether another engine may do better.
    package var mayGoElsewhere: Bool {
        switch code {
        case .badText, .cancelled: false
        default: true
        }
    }

    /// Whether it says something about the engine, and not only about what was asked of it.
    package var countsAgainstEngine: Bool {
        switch code {
        case .badText, .badSetting, .cancelled, .badAudio: false
        default: true
        }
    }

    /// Whether one failure is enough: keys and programs do not come back by themselves.
    package var opensBreakerAtOnce: Bool { code == .keyRefused || code == .unavailable }
}
