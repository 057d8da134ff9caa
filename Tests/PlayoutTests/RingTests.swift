import PlayoutLink
import Sound
import Testing
import Threading

@testable import Playout

struct RingTests {
    @Test func `frames come out as they went in, also across two threads and around the end`() throws {
        let ring = SampleRing(framesMin: 1024)
        let frames = 100_000
        let writer = try OSThread(name: "writer") {
            var next = 0
            while next < frames {
                let count = min(777, frames - next)
                let samples = (next..<next + count).flatMap { [Float($0), -Float($0)] }
                var done = 0
                while done < count {
                    done += samples.withUnsafeBufferPointer { samples in
                        samples.baseAddress.map { ring.write($0 + 2 * done, frames: count - done) } ?? 0
                    }
                }
                next += count
            }
        }
        var chunk = [Float](repeating: 0, count: 2 * 500)
        var seen = 0
        var wrong = 0
        while seen < frames {
            let count = ring.read(into: &chunk, frames: 500)
            for frame in 0..<count
            where chunk[2 * frame] != Float(seen + frame) || chunk[2 * frame + 1] != -Float(seen + frame) {
                wrong += 1
            }
            seen += count
        }
        writer.join()
        #expect(seen == frames)
        #expect(wrong == 0)
        #expect(ring.available == 0)
    }

    @Test func `messages come out in order, and what finds no room is counted`() throws {
        let ring = MessageRing<MixerCommand>(capacity: 4)
        for token in 0..<6 as Range<Int64> { ring.put(.uncueAll(token: token)) }
        #expect(ring.lost == 2)
        var tokens: [Int64] = []
        while let message = ring.take() {
            if case .uncueAll(let token) = message { tokens.append(token) }
        }
        #expect(tokens == [0, 1, 2, 3])
        #expect(ring.put(.dump))
    }
}
