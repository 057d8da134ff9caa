import RenderWire
import Rendering
import Testing

@Suite struct FilmTimelineTests {
    private func scenes(_ count: Int) -> [RenderScene] {
        (0..<count).map { _ in RenderScene(layout: "oneHost", hosts: [], speeches: []) }
    }

    @Test(arguments: [FilmForm.hd720, .hd1080, FilmForm(width: 640, height: 360, framesPerSecond: 60)])
    func `scenes follow without a gap, and speech stays where it is`(_ form: FilmForm) throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let lengths = (0..<Int.random(in: 1...9, using: &random)).map { _ in
                (0..<Int.random(in: 0...4, using: &random)).map { _ in Int.random(in: 1...200_000, using: &random) }
            }
            let timeline = try FilmTimeline(form, scenes(lengths.count), lengths: lengths)
            #expect(timeline.sampleCount * form.framesPerSecond == timeline.frameCount * 48_000)
            var (next, spoken) = (0, 0)
            for (index, scene) in timeline.scenes.enumerated() {
                #expect(scene.frames.lowerBound == next)
                next = scene.frames.upperBound
                #expect(scene.speeches.map(\.count) == lengths[index])
                for place in scene.speeches.indices {
                    let start = timeline.start(ofSpeech: place, inScene: index)
                    #expect(start >= spoken)
                    spoken = start + lengths[index][place]
                }
                #expect(spoken <= next * timeline.samplesPerFrame)
                // 300 ms before and after, and less than a frame more.
                let used = (scene.speeches.last?.upperBound ?? 14_400) + 14_400
                #expect(scene.frames.count * timeline.samplesPerFrame - used < timeline.samplesPerFrame)
            }
        }
    }

    @Test func `a film that is too long, or none, is refused`() throws {
        let hour = 3600 * 48_000
        #expect(throws: RenderFault.self) { try FilmTimeline(.hd720, scenes(1), lengths: [[hour]]) }
        #expect(throws: RenderFault.self) { try FilmTimeline(.hd720, [], lengths: []) }
    }

    @Test func `a teaser begins with a scene and ends with a sentence`() throws {
        let timeline = try FilmTimeline(.hd720, scenes(1), lengths: [[100 * 48_000]])
        let sentences = [1000..<9000, 9500..<29_000, 30_000..<45_000, 46_000..<70_000]
        let frames = try #require(TeaserPlan.frames(sentences, 30...60, of: timeline))
        // As long as it may be: to 45.2 s.
        #expect(frames == 0..<1130)
        #expect(TeaserPlan.frames(sentences, 15...20, of: timeline) == nil)
        #expect(TeaserPlan.frames([], 30...60, of: timeline) == nil)
    }
}
