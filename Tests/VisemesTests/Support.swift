import Foundation
import Visemes

/// Milliseconds as samples.
func ms(_ count: Int) -> Int { MouthTime.milliseconds(count) }

/// Phones one after the other, as `pau:200 p:80 AY:150`; names in lower case are as good.
func phones(_ text: String) -> [TimedPhone] {
    var start = 0
    return text.split(separator: " ").compactMap { entry in
        let parts = entry.split(separator: ":")
        guard parts.count == 2, let length = Int(parts[1]) else { return nil }
        defer { start += ms(length) }
        let name = parts[0].uppercased()
        return TimedPhone(
            arpabet: name == "PAU" ? [] : [name],
            start: start,
            end: start + ms(length),
            isPause: name == "PAU"
        )
    }
}

/// A track as `X0 A160 D280`, in milliseconds; weights below 100 stand behind a slash.
func text(_ track: VisemeTrack) -> String {
    track.keyframes.map { frame in
        let weight = frame.weight == 100 ? "" : "/\(frame.weight)"
        return "\(frame.shape.rawValue)\(frame.start / 48)\(weight)"
    }.joined(separator: " ")
}

/// The same numbers each time.
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// A voice on this machine that tells its own phones.
enum Flite {
    static let program: String? = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
        return folders.map { "\($0)/flite" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    struct Speech {
        /// At the station's rate.
        let samples: [Float]
        let phones: [TimedPhone]
    }

    struct Failure: Error {}

    /// Blocks.
    static func say(_ sentence: String, voice: String) throws -> Speech {
        guard let program else { throw Failure() }
        let folder = FileManager.default.temporaryDirectory
        let (sound, report) = (folder.appending(path: UUID().uuidString), folder.appending(path: UUID().uuidString))
        try Data().write(to: report)
        defer { for file in [sound, report] { try? FileManager.default.removeItem(at: file) } }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["-voice", voice, "-psdur", "-t", sentence, "-o", sound.path]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: report)
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure() }
        let wave = [UInt8](try Data(contentsOf: sound))
        guard wave.count > 44, wave[24] == 0x80, wave[25] == 0x3E else { throw Failure() }
        return Speech(
            samples: tripled(wave.dropFirst(44)),
            phones: try phones(String(decoding: try Data(contentsOf: report), as: UTF8.self))
        )
    }

    /// From 16 to 48 kHz, on straight lines between samples.
    private static func tripled(_ bytes: ArraySlice<UInt8>) -> [Float] {
        let bytes = Array(bytes)
        let samples = (0..<bytes.count / 2).map {
            Float(Int16(bitPattern: UInt16(bytes[2 * $0]) | UInt16(bytes[2 * $0 + 1]) << 8)) / 32_768
        }
        return samples.indices.flatMap { place in
            let (one, two) = (samples[place], place + 1 < samples.count ? samples[place + 1] : 0)
            return [one, one + (two - one) / 3, one + (two - one) * 2 / 3]
        }
    }

    private static func phones(_ report: String) throws -> [TimedPhone] {
        var (begin, last) = (0.0, 0.0)
        var phones: [TimedPhone] = []
        for line in report.split(separator: "\n") {
            for entry in line.split(separator: " ") {
                let parts = entry.split(separator: ":")
                guard parts.count == 2, let end = Double(parts[1]) else { throw Failure() }
                phones.append(
                    try TimedPhone(
                        arpabet: [parts[0].uppercased()],
                        startSeconds: last,
                        endSeconds: begin + end,
                        isPause: parts[0] == "pau"
                    )
                )
                last = begin + end
            }
            begin = last
        }
        return phones
    }
}
