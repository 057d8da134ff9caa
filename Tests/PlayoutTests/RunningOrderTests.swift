import Bus
import PlayoutLink
import Testing

@testable import Playout

struct RunningOrderTests {
    private func item(_ id: String, frames: Int64? = nil, notBefore: Timestamp? = nil) -> PlayoutItem {
        PlayoutItem(id: id, kind: .speech, file: "\(id).wav", frames: frames, notBefore: notBefore)
    }

    private func order(_ ids: String...) -> RunningOrder {
        var order = RunningOrder()
        for id in ids { order.put(item(id), at: .end) }
        return order
    }

    private let now = Timestamp(seconds: 1_000_000)

    @Test func `items stand where they were put`() {
        var order = order("a", "b", "c")
        order.put(item("first"), at: .next)
        order.put(item("between"), at: .after(id: "b"))
        #expect(order.waiting.map(\.id) == ["first", "a", "b", "between", "c"])
        order.begin("first", frame: 0, at: now)
        order.put(item("then"), at: .after(id: "first"))
        #expect(order.waiting.map(\.id) == ["then", "a", "b", "between", "c"])
    }

    @Test func `a known id is not put again, whatever became of it`() {
        var order = order("a", "b")
        order.put(item("a"), at: .end)
        #expect(order.waiting.count == 2)
        order.begin("a", frame: 0, at: now)
        order.put(item("a"), at: .end)
        order.end("a", .finished)
        order.put(item("a"), at: .end)
        #expect(order.waiting.map(\.id) == ["b"])
        #expect(order.state(of: "a") == .finished)
    }

    @Test func `an id is forgotten after a thousand others have ended`() {
        var order = order("old")
        order.end("old", .removed)
        for index in 0..<RunningOrder.Limits.rememberedMax {
            #expect(index > 0 || order.state(of: "old") == .removed)
            order.put(item("\(index)"), at: .end)
            order.end("\(index)", .removed)
        }
        #expect(order.state(of: "old") == nil)
        #expect(order.ended.count == RunningOrder.Limits.rememberedMax)
    }

    @Test func `every item ends once and keeps how`() {
        var order = order("a", "b", "c")
        order.begin("a", frame: 0, at: now)
        #expect(order.state(of: "a") == .playing)
        order.end("a", .skipped)
        order.end("a", .finished)
        order.end("b", .failed(reason: "no file"))
        order.end("nobody", .finished)
        #expect(order.ended.map(\.id) == ["a", "b"])
        #expect(order.state(of: "a") == .skipped)
        #expect(order.state(of: "b") == .failed(reason: "no file"))
    }

    @Test func `in a cross-fade both items play, and the older one ends first`() {
        var order = order("a", "b")
        order.begin("a", frame: 0, at: now)
        order.begin("b", frame: 0, at: now)
        #expect(order.playing?.item.id == "b" && order.leaving?.item.id == "a")
        order.end("a", .finished)
        #expect(order.leaving == nil && order.playing?.item.id == "b")
    }

    @Test func `what is not to play yet lets the others pass`() {
        var order = order("a")
        order.put(item("news", notBefore: now.advanced(by: .seconds(60))), at: .next)
        #expect(order.next(2, at: now).map(\.id) == ["a"])
        #expect(order.next(2, at: now.advanced(by: .seconds(60))).map(\.id) == ["news", "a"])
    }

    @Test func `it takes 500 items and four hours`() throws {
        var order = RunningOrder()
        for index in 0..<500 { order.put(item("\(index)"), at: .end) }
        #expect(throws: LinkError(.full, "500 items wait already")) { try order.check(item("more"), at: .end) }
        var long = RunningOrder()
        long.put(item("a", frames: 3 * 3600 * 48_000), at: .end)
        try long.check(item("b", frames: 3600 * 48_000), at: .end)
        #expect(throws: LinkError(.full, "four hours wait already")) {
            try long.check(item("c", frames: 3600 * 48_000 + 1), at: .end)
        }
        #expect(throws: LinkError(.full, "four hours wait already")) {
            try long.check(item("d", frames: .max), at: .end)
        }
    }

    @Test func `a place behind an unknown item is refused`() {
        #expect(throws: LinkError.self) { try order("a").check(item("b"), at: .after(id: "x")) }
    }

    @Test func `an item that cannot be played names the field`() {
        func problem(_ change: (inout PlayoutItem) -> Void) -> String? {
            var item = item("a")
            change(&item)
            do throws(LinkError) { try item.check() } catch { return error.message }
            return nil
        }
        #expect(problem { _ in } == nil)
        #expect(problem { $0.id = "" } == "item.id has 1 to 100 bytes")
        #expect(problem { $0.file = "a\0b" } == "item.file is a path of at most 1024 bytes")
        #expect(problem { $0.gainDecibels = 90 } == "item.gainDecibels is between -60 and 24")
        #expect(problem { $0.gainDecibels = .nan } == "item.gainDecibels is between -60 and 24")
        #expect(problem { $0.crossFadeMilliseconds = -1 } == "item.crossFadeMilliseconds is between 0 and 10000")
        #expect(
            problem { $0.words = [CaptionWord(text: "a", startMilliseconds: 2, endMilliseconds: 1)] }
                == "item.words[0] has at most 200 bytes, and ends after it begins"
        )
    }
}
