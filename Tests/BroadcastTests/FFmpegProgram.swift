import Foundation

/// The real ffmpeg, run to its end with files for its input and output.
enum FFmpegProgram {
    static let path: String? = ["/usr/bin/ffmpeg", "/usr/local/bin/ffmpeg"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// Whether it is here; says so once when it is not.
    static let isInstalled: Bool = {
        if path == nil { print("ffmpeg is not installed: the tests that encode are skipped") }
        return path != nil
    }()

    struct Failure: Error { let text: String }

    /// - Returns: what it wrote on standard error.
    @discardableResult
    static func run(_ arguments: [String], input: [UInt8]? = nil) throws -> String {
        guard let path else { throw Failure(text: "not installed") }
        let folder = FileManager.default.temporaryDirectory
        let (inputFile, errorFile) = (
            folder.appending(path: UUID().uuidString), folder.appending(path: UUID().uuidString)
        )
        try Data(input ?? []).write(to: inputFile)
        try Data().write(to: errorFile)
        defer {
            try? FileManager.default.removeItem(at: inputFile)
            try? FileManager.default.removeItem(at: errorFile)
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["-hide_banner", "-nostdin", "-y"] + arguments
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: errorFile)
        try process.run()
        process.waitUntilExit()
        let said = String(decoding: try Data(contentsOf: errorFile), as: UTF8.self)
        guard process.terminationStatus == 0 else { throw Failure(text: said) }
        return said
    }

    /// Sound as the encoder is asked for it.
    static func fragmentedMP4(_ samples: [Float], _ folder: String, fragments: [String]) throws -> [UInt8] {
        let output = folder + "/encoded.mp4"
        let bytes = samples.withUnsafeBytes { Array($0) }
        try run(
            ["-f", "f32le", "-ar", "48000", "-ac", "2", "-i", "pipe:0", "-c:a", "aac", "-b:a", "128k", "-f", "mp4"]
                + fragments + [output],
            input: bytes
        )
        return try Array(Data(contentsOf: URL(fileURLWithPath: output)))
    }

    /// What a player would hear: a file decoded to Float32 stereo at 48 kHz.
    static func decode(_ file: String, _ options: [String] = []) throws -> [Float] {
        let output = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: output) }
        try run(options + ["-i", file, "-f", "f32le", "-ar", "48000", "-ac", "2", output.path])
        return try Data(contentsOf: output).withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    }
}

/// Sound made by calculation.
enum TestSound {
    /// A sine in stereo.
    static func tone(samples: Int, from start: Int = 0, hertz: Double = 1000, amplitude: Float = 0.25) -> [Float] {
        var sound = [Float](repeating: 0, count: samples * 2)
        for index in 0..<samples {
            let value = amplitude * Float(sin(2 * .pi * hertz * Double(start + index) / 48_000))
            sound[2 * index] = value
            sound[2 * index + 1] = value
        }
        return sound
    }
}
