import Foundation
import Media
import TestKit
import Testing

/// Files of sound, rates, loudness and silence.
@Suite(.enabled(if: !isSanitized, "it has no threads")) struct AudioTests {
    static func sine(_ hertz: Double, seconds: Double, rate: Int = 48_000, level: Double = -6, channels: Int = 1) -> PCM
    {
        let amplitude = pow(10, level / 20)
        let samples = (0..<Int(seconds * Double(rate))).map {
            Float(amplitude * sin(2 * .pi * hertz * Double($0) / Double(rate)))
        }
        return PCM(sampleRate: rate, channels: Array(repeating: samples, count: channels))
    }

    // MARK: Files

    @Test(arguments: [(WAV.Encoding.pcm16, Float(1 / 32_768.0)), (.pcm24, 1 / 8_388_608), (.float32, 0)], [1, 2])
    func `what is written is read again`(form: (WAV.Encoding, Float), channels: Int) throws {
        let sound = Self.sine(440, seconds: 0.05, rate: 22_050, channels: channels)
        let read = try WAV.read(WAV.file(sound, form.0))
        #expect(read.sampleRate == 22_050 && read.channelCount == channels && read.frameCount == sound.frameCount)
        let error = zip(read.interleaved, sound.interleaved).map { abs($0 - $1) }.max() ?? 1
        #expect(error <= form.1)
    }

    @Test func `samples beyond full scale are cut, and what is no number is silence`() throws {
        let sound = PCM(channels: [[2, -2, .nan, .infinity, 0.5]])
        #expect(try WAV.read(WAV.file(sound)).channels[0] == [32_767 / 32_768.0, -1, 0, 0, 0.5])
        #expect(try WAV.read(WAV.file(sound, .float32)).channels[0] == [2, -2, 0, 0, 0.5])
    }

    @Test func `placeholder sizes and files that were cut off are read to their end`() throws {
        let sound = Self.sine(440, seconds: 0.1)
        var streamed = WAV.file(sound)
        streamed.replaceSubrange(4..<8, with: [0x24, 0xF0, 0xFF, 0x7F])
        streamed.replaceSubrange(40..<44, with: [0x00, 0xF0, 0xFF, 0x7F])
        #expect(try WAV.read(streamed).frameCount == sound.frameCount)
        #expect(try WAV.read(Array(WAV.file(sound).dropLast(1_001))).frameCount == sound.frameCount - 501)
    }

    @Test func `longer forms and other chunks are understood`() throws {
        let plain = WAV.file(Self.sine(440, seconds: 0.01))
        let name: [UInt8] = [0x01, 0x00, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]
        let form = [0xFE, 0xFF] + Array(plain[22..<36]) + [22, 0, 16, 0, 4, 0, 0, 0] + name
        let extensible =
            Array(plain[..<12]) + Array("LIST".utf8) + [3, 0, 0, 0, 1, 2, 3, 0] + Array("fmt ".utf8) + [40, 0, 0, 0]
            + form
            + Array(plain[36...])
        let (read, expected) = (try WAV.read(extensible), try WAV.read(plain))
        #expect(read == expected)
    }

    @Test func `eight and thirty-two bits and six channels are read`() throws {
        func file(tag: UInt8, channels: UInt8, bits: UInt8, data: [UInt8]) -> [UInt8] {
            Array("RIFF".utf8) + [0, 0, 0, 0] + Array("WAVEfmt ".utf8) + [
                16, 0, 0, 0, tag, 0, channels, 0, 0x80, 0xBB, 0, 0,
            ]
                + [0, 0, 0, 0, channels * bits / 8, 0, bits, 0] + Array("data".utf8) + [UInt8(data.count), 0, 0, 0]
                + data
        }
        #expect(
            try WAV.read(file(tag: 1, channels: 1, bits: 8, data: [128, 255, 0])).channels == [[0, 127 / 128.0, -1]]
        )
        #expect(try WAV.read(file(tag: 1, channels: 1, bits: 32, data: [0, 0, 0, 0x40])).channels == [[0.5]])
        let six = file(tag: 1, channels: 6, bits: 8, data: [128, 128, 128, 128, 128, 176])
        #expect(try WAV.read(six).channels == [[0.0625]])
        #expect(throws: SpeechError(.badAudio, "audio: samples of form 85 with 16 bits are not read")) {
            try WAV.read(file(tag: 85, channels: 1, bits: 16, data: [0, 0]))
        }
    }

    @Test(
        arguments: [
            ([], "audio: it is empty, not WAVE"),
            ([0, 0, 0, 0x20] + Array("ftypisom".utf8), "audio: it is an MP4 file, not WAVE"),
            ([0x1A, 0x45, 0xDF, 0xA3, 0, 0, 0, 0, 0, 0, 0, 0, 0], "audio: it is a Matroska or WebM file, not WAVE"),
            (Array("RIFF0000AVI LIST".utf8), "audio: it is an AVI file, not WAVE"),
            (Array("ID3".utf8), "audio: it is MP3 or AAC, not WAVE"),
            (Array("{\"error\":1}".utf8), "audio: it is text, not WAVE"),
            (Array(WAV.file(PCM(channels: [[0.5]])).prefix(30)), "audio: the file ends before its sound begins"),
            (Array(WAV.file(PCM(channels: [[0.5]])).prefix(44)), "audio: there is no sound in it"),
        ] as [([UInt8], String)]
    ) func `what is not WAVE is refused by its content`(bytes: [UInt8], message: String) {
        #expect(throws: SpeechError(.badAudio, message)) { try WAV.read(bytes) }
    }

    @Test func `no damaged file stops the program`() {
        var random = SystemRandomNumberGenerator()
        let whole = WAV.file(Self.sine(440, seconds: 0.002))
        for _ in 0..<2_000 {
            var bytes = Array(whole.prefix(Int.random(in: 0...whole.count, using: &random)))
            for _ in 0..<4 where !bytes.isEmpty {
                bytes[Int.random(in: 0..<min(48, bytes.count), using: &random)] = UInt8.random(
                    in: 0...255,
                    using: &random
                )
            }
            if let sound = try? WAV.read(bytes) { #expect(sound.channels.allSatisfy { $0.allSatisfy(\.isFinite) }) }
        }
    }

    // MARK: Rates

    /// The level of one frequency in the middle of a sound, in dB.
    private func level(of hertz: Double, in sound: PCM) -> Double {
        let samples = sound.channels[0][(sound.frameCount / 4)..<(sound.frameCount * 3 / 4)]
        var (real, imaginary, weight) = (0.0, 0.0, 0.0)
        for (index, sample) in samples.enumerated() {
            let share = Double(index) / Double(samples.count)
            // A window with low side lobes, so that the tone itself does not leak into its images.
            let window =
                0.35875 - 0.48829 * cos(2 * .pi * share) + 0.14128 * cos(4 * .pi * share) - 0.01168
                * cos(6 * .pi * share)
            let angle = 2 * .pi * hertz * Double(index) / Double(sound.sampleRate)
            real += Double(sample) * window * cos(angle)
            imaginary += Double(sample) * window * sin(angle)
            weight += window
        }
        return 20 * log10(2 * (real * real + imaginary * imaginary).squareRoot() / weight)
    }

    @Test(arguments: [16_000, 22_050, 24_000, 44_100, 8_000])
    func `a tone keeps its level at another rate, and its images lie below -70 dB`(rate: Int) {
        for hertz in [200.0, 1_000, 3_100, Double(rate) * 0.4] {
            let sound = Self.sine(hertz, seconds: 0.3, rate: rate, level: 0).resampled()
            #expect(sound.sampleRate == 48_000 && abs(sound.frameCount - Int((0.3 * 48_000).rounded())) <= 6)
            #expect(abs(level(of: hertz, in: sound)) < 0.1, "\(hertz) at \(rate)")
            for image in [Double(rate) - hertz, Double(rate) + hertz] where image < 23_900 {
                #expect(level(of: image, in: sound) < -70, "\(image) of \(hertz) at \(rate)")
            }
        }
    }

    @Test func `what a lower rate cannot hold is gone`() {
        let sound = Self.sine(10_000, seconds: 0.2, rate: 48_000, level: 0).resampled(to: 16_000)
        #expect(level(of: 6_000, in: sound) < -70)
        #expect(abs(level(of: 3_000, in: Self.sine(3_000, seconds: 0.2, level: 0).resampled(to: 16_000))) < 0.1)
    }

    @Test func `a click stays where it is`() {
        var samples = [Float](repeating: 0, count: 1_600)
        samples[800] = 1
        let sound = PCM(sampleRate: 16_000, channels: [samples]).resampled()
        let place = sound.channels[0].indices.max { abs(sound.channels[0][$0]) < abs(sound.channels[0][$1]) }
        #expect(place == 2_400)
    }

    // MARK: Loudness

    @Test func `loudness is that of the standard's own examples`() throws {
        #expect(
            abs(try #require(try Loudness(of: Self.sine(1_000, seconds: 5, level: -23, channels: 2)).integrated) + 23)
                <= 0.1
        )
        #expect(
            abs(try #require(try Loudness(of: Self.sine(1_000, seconds: 5, level: -33, channels: 2)).integrated) + 33)
                <= 0.1
        )
        // A quarter of the rate, halfway between its samples: the true peak is 3 dB above the highest sample.
        let samples = (0..<48_000).map { Float(0.5 * sin(.pi / 2 * Double($0) + .pi / 4)) }
        #expect(abs(try Loudness(of: PCM(channels: [samples])).truePeak + 6.02) < 0.4)
        #expect(try Loudness(of: PCM(channels: [[Float](repeating: 0, count: 48_000)])).integrated == nil)
        #expect(
            abs(try #require(try Loudness(of: Self.sine(1_000, seconds: 0.1, level: -20, channels: 2)).integrated) + 20)
                <= 0.5
        )
    }

    @Test(arguments: [-40.0, -23, -6, 0]) func `a gain alone makes a tone as loud as wanted`(level: Double) throws {
        let result = try Self.sine(1_000, seconds: 1, level: level).normalised()
        let told = try #require(result.loudness.integrated)
        #expect(!result.isLimited && abs(told + 16) < 0.1)
        let measured = try Loudness(of: result.sound)
        let integrated = try #require(measured.integrated)
        #expect(abs(integrated + 16) < 0.1 && measured.truePeak <= -1)
    }

    @Test func `peaks that a gain lifts too high are held, and the loudness is right all the same`() throws {
        // A soft tone with a few knocks, as a voice has.
        var samples = Self.sine(300, seconds: 3, level: -30).channels[0]
        for start in stride(from: 10_000, to: 140_000, by: 9_000) {
            for index in 0..<60 {
                samples[start + index] += Float(0.9 * sin(Double(index) * 0.4) * exp(-Double(index) / 20))
            }
        }
        let result = try PCM(channels: [samples]).normalised()
        let measured = try Loudness(of: result.sound)
        #expect(result.isLimited && measured.truePeak <= -1)
        #expect(abs(try #require(measured.integrated) + 16) <= 1)
    }

    @Test func `silence stays silence`() throws {
        let result = try PCM(channels: [[Float](repeating: 0, count: 4_800)]).normalised()
        #expect(
            result.gain == 0 && result.loudness.integrated == nil && result.sound.channels[0].allSatisfy { $0 == 0 }
        )
    }

    @Test func `silence around a sound is taken away, but for some milliseconds`() {
        let silence = [Float](repeating: 0.0001, count: 24_000)
        let tone = Self.sine(400, seconds: 0.5).channels[0]
        let trimmed = PCM(channels: [silence + tone + silence]).trimmed()
        #expect(abs(trimmed.start - 0.49) < 0.006 && abs(trimmed.sound.seconds - 0.55) < 0.011)
        #expect(trimmed.sound.channels[0].first == 0 && trimmed.sound.channels[0].last == 0)
        #expect(PCM(channels: [silence]).trimmed().sound.isEmpty)
    }

    @Test(.enabled(if: Programs.ffmpeg != nil, "ffmpeg is not installed"))
    func `another program measures the same loudness`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("tone.wav")
        let sound = try Self.sine(700, seconds: 4, level: -35).normalised().sound
        try Data(WAV.file(sound)).write(to: URL(fileURLWithPath: path))
        let said = try Programs.run(
            try #require(Programs.ffmpeg),
            ["-nostats", "-i", path, "-af", "ebur128=peak=true:dualmono=true", "-f", "null", "-"]
        ).errors
        let line = said.split(separator: "\n").last {
            $0.contains("I:") && $0.contains("LUFS") && !$0.contains("TARGET")
        }
        let value = try #require(line?.split(separator: " ").compactMap { Double($0) }.first)
        #expect(abs(value + 16) <= 0.2)
    }

    // MARK: Effects

    /// The level of a part of a sound, in dB.
    private func level(_ sound: PCM, _ seconds: Range<Double>) -> Double {
        let samples = sound[Int(seconds.lowerBound * 48_000)..<Int(seconds.upperBound * 48_000)].channels[0]
        let power = samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(max(1, samples.count))
        return 10 * log10(power + 1e-20)
    }

    /// What an effect does to a tone, in dB.
    private func response(_ effect: VoiceEffect, _ hertz: Double) -> Double {
        let tone = Self.sine(hertz, seconds: 1)
        return level(tone.with(effect), 0.5..<0.9) - level(tone, 0.5..<0.9)
    }

    @Test func `gentle takes the highs, sharp the lows, and clean only what is below a voice`() {
        #expect(abs(response(.gentle, 300)) < 0.5 && abs(response(.gentle, 12_000) + 9) < 1)
        #expect(response(.sharp, 60) < -18 && abs(response(.sharp, 3200) - 7) < 0.5)
        #expect(response(.clean, 20) < -20 && abs(response(.clean, 400)) < 0.5 && abs(response(.clean, 8000)) < 0.1)
    }

    @Test(arguments: VoiceEffect.allCases)
    func `what rings on dies away in its time, and the rest is as long as it was`(effect: VoiceEffect) {
        let tone = Self.sine(440, seconds: 0.5)
        let changed = tone.with(effect)
        let tail = effect.tailSeconds
        #expect(changed.frameCount == tone.frameCount + Int(tail * 48_000))
        let isSound = changed.channels[0].allSatisfy { $0.isFinite }
        #expect(isSound)
        guard tail > 0 else { return }
        let (first, last) = (level(changed, 0.5..<0.6), level(changed, (0.4 + tail)..<(0.5 + tail)))
        #expect(first > -40 && last < first - 40, "\(first) and \(last) dB")
    }
}
