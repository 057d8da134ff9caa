import Sound
import Testing
import Threading

@testable import Broadcast

struct EncoderLifeTests {
    private let ring = SampleRing(framesMin: 48_000 * 15)

    /// A life whose encoder has given nothing while so much was pushed.
    private func life(afterSeconds seconds: Int) -> EncoderLife {
        let policy = RestartPolicy(first: .milliseconds(200), longest: .seconds(5), resetAfter: .seconds(10))
        let life = EncoderLife(settings: EncoderSettings(), ring: ring, policy: policy)
        let second = [Float](repeating: 0, count: 48_000 * 2)
        for _ in 0..<seconds {
            #expect(second.withUnsafeBufferPointer { ring.write($0) })
            life.releaseHistory()
        }
        return life
    }

    @Test func `a new encoder is fed all that was kept, as long as that is all there was`() {
        var life = life(afterSeconds: 9)
        life.begin()
        #expect(life.timeline.fedFrom == 0 && life.timeline.lostSamples == 0)
    }

    @Test func `an encoder that comes too late for some of it gets half of the history to start in`() {
        var life = life(afterSeconds: 30)
        life.begin()
        let room = life.timeline.fedFrom - ring.oldestPosition
        #expect((48_000 * 5 - 2048...48_000 * 5 + 2048).contains(room))
        #expect(life.timeline.lostSamples >= 48_000 * 25)
    }
}
