import Bus
import Domain
import FoundationEssentials
import Glibc
import RenderWire
import TestKit
import Testing

@testable import Films

/// A film on its way, with renderers that do what they should and all else.
@Suite struct FilmStudioTests {
    private static func progress(_ done: Int) -> String {
        "echo '\(FakeRenderer.line(.progress(done: done, total: 50)))'"
    }

    private func failure(_ bench: StudioBench, _ film: UUIDv7, epoch: Int64 = 1) async throws -> StudioFailure {
        do {
            let outcome = try await bench.studio.make(FilmTurn(film: film, epoch: epoch))
            Issue.record("\(outcome)")
            return .permanent("")
        } catch let failure as StudioFailure {
            return failure
        }
    }

    @Test func `a film is said, drawn and written down`() async throws {
        let bench = try await StudioBench("\(Self.progress(10))\nsleep 0.2\n\(Self.progress(50))\nfilm")
        let id = try await bench.order()
        guard case .done(let film) = try await bench.studio.make(FilmTurn(film: id, epoch: 1)) else {
            Issue.record("not done")
            return
        }
        #expect(film.state == .done && film.result == FakeRenderer.film && film.sizeBytes == 10)
        #expect(bench.voice.texts == ["Bitcoin stands still.", "Nobody minds."])
        let order = try bench.renderOrder(id)
        let scene = try #require(order.scenes.first)
        #expect(scene.layout == "oneHost" && scene.chapter == "Begin" && scene.hosts[0].figure == "nova")
        #expect(scene.hosts[0].name == "Nova" && order.teaser == 30...60 && order.form == .hd720)
        #expect(scene.speeches.count == 2 && scene.speeches.allSatisfy { $0.arePhonesOnsets })
        #expect(scene.speeches[0].words.map(\.endsSentence) == [false, true])
        #expect(scene.speeches[0].words[1].end == 100 && scene.speeches[0].phones[0].arpabet == ["W"])
        #expect(scene.speeches.allSatisfy { bench.has($0.file) })
        #expect(order.folder == bench.shelf.path(of: id))
    }

    @Test func `phones of other voices follow one another without a gap`() async throws {
        let bench = try await StudioBench("film", voice: ToneVoice("flite"))
        let id = try await bench.order()
        _ = try await bench.studio.make(FilmTurn(film: id, epoch: 1))
        let order = try bench.renderOrder(id)
        #expect(order.scenes[0].speeches.allSatisfy { !$0.arePhonesOnsets })
    }

    @Test func `an attempt that dies is gone on with: nothing is said twice`() async throws {
        let bench = try await StudioBench("if [ $(wc -l < \"$(dirname \"$0\")/runs\") = 1 ]; then kill -9 $$; fi\nfilm")
        let id = try await bench.order()
        let failure = try await failure(bench, id)
        #expect(!failure.isPermanent && failure.reason.contains("signal 9"))
        let outcome = try await bench.studio.make(FilmTurn(film: id, epoch: 2))
        guard case .done = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(bench.voice.texts.count == 2 && FakeRenderer.runs(bench.folder) == 2)
    }

    @Test func `sentences of an attempt that died while it was spoken are used again`() async throws {
        let bench = try await StudioBench("film")
        let id = try await bench.order()
        _ = try await bench.studio.make(FilmTurn(film: id, epoch: 1))
        let work = bench.shelf.workPath(of: id)
        try FileManager.default.removeItem(atPath: "\(work)/order.json")
        let order = try await bench.order()
        try FileManager.default.copyItem(atPath: work, toPath: bench.shelf.workPath(of: order))
        _ = try await bench.studio.make(FilmTurn(film: order, epoch: 1))
        #expect(bench.voice.texts.count == 2)
    }

    @Test func `a renderer that hangs is ended with all that it has started`() async throws {
        let bench = try await StudioBench(
            "trap '' TERM\nsleep 300 & echo $! > \"$WORK/child\"\n\(Self.progress(1))\nwhile true; do \(Self.progress(1)); sleep 0.1; done",
            stall: .seconds(3)
        )
        let id = try await bench.order()
        let failure = try await failure(bench, id)
        #expect(!failure.isPermanent && failure.reason.contains("drawn nothing"))
        let text = try String(contentsOf: URL(filePath: "\(bench.shelf.workPath(of: id))/child"), encoding: .utf8)
        let child = try #require(pid_t(text.filter(\.isNumber)))
        // The signal was sent; its end takes as long as the machine is busy.
        let deadline = ContinuousClock.now + .seconds(20)
        while isAlive(child), ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(20)) }
        #expect(!isAlive(child))
    }

    /// What lives on as a zombie of somebody else's is dead, too.
    private func isAlive(_ process: pid_t) -> Bool {
        let state = FileManager.default.contents(atPath: "/proc/\(process)/stat").map {
            String(decoding: $0, as: UTF8.self)
        }
        return kill(process, 0) == 0 && state?.contains(" Z ") != true
    }

    @Test func `a cancelled film ends its renderer at once`() async throws {
        let bench = try await StudioBench("\(Self.progress(1))\nexec sleep 300")
        let id = try await bench.order()
        let start = ContinuousClock.now
        await #expect(throws: CancellationError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                // What makes the film, until it is drawn.
                group.addTask { _ = try await bench.studio.make(FilmTurn(film: id, epoch: 1)) }
                while try await bench.records.film(id)?.state != .drawing { await Task.yield() }
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test func `whoever is cancelled by a user stops by itself`() async throws {
        let bench = try await StudioBench(
            "i=1; while [ $i -lt 50 ]; do \(Self.progress(1).replacing("\"done\":1", with: "\"done\":'$i'")); i=$((i+1)); sleep 0.3; done; film"
        )
        let id = try await bench.order()
        let outcome = try await withThrowingTaskGroup(of: FilmStudio.Outcome.self) { group in
            // What makes the film, while somebody else loses interest.
            group.addTask { try await bench.studio.make(FilmTurn(film: id, epoch: 1)) }
            while try await bench.records.film(id)?.done ?? 0 < 1 { await Task.yield() }
            _ = try await bench.records.cancel(id)
            return try await group.next()
        }
        #expect(outcome == .unwanted)
        #expect(!bench.has(bench.shelf.path(of: id)))
    }

    @Test func `what is no report is passed over, and a film without a last word is none`() async throws {
        let bench = try await StudioBench("echo hello\necho '{\"progress\":{}}'\nhead -c 3000 /dev/urandom\necho\nfilm")
        let id = try await bench.order()
        let outcome = try await bench.studio.make(FilmTurn(film: id, epoch: 1))
        guard case .done = outcome else {
            Issue.record("\(outcome)")
            return
        }
        let silent = try await StudioBench("echo hello")
        let failure = try await failure(silent, try await silent.order())
        #expect(failure.reason.contains("exit code 0") && !failure.isPermanent)
        let endless = try await StudioBench("yes | tr -d '\\n'")
        let other = try await self.failure(endless, try await endless.order())
        #expect(other.reason.contains("not understood"))
    }

    @Test func `a film that is told of and not there is none`() async throws {
        let bench = try await StudioBench("echo '\(FakeRenderer.done)'")
        let failure = try await failure(bench, try await bench.order())
        #expect(failure.reason.contains("not there") && !failure.isPermanent)
    }

    @Test(arguments: [
        (RenderFault.Code.badOrder, true, "no figure nova"), (.badInput, true, "no figure nova"),
        (.unavailable, false, "unavailable: no figure nova"), (.encoder, false, "no figure nova"),
        (.files, false, "no figure nova"),
    ])
    func `the renderer's own words say whether it is tried again`(
        code: RenderFault.Code,
        isPermanent: Bool,
        reason: String
    ) async throws {
        let line = FakeRenderer.line(.failed(RenderFault(code, "no figure nova")))
        let bench = try await StudioBench("echo '\(line)'; exit 65")
        let failure = try await failure(bench, try await bench.order())
        #expect(failure.isPermanent == isPermanent && failure.reason == reason)
    }

    @Test func `nothing stands in for a voice or a program that is missing`() async throws {
        let mute = try await StudioBench("film", voice: ToneVoice(lack: "espeak-ng is not installed"))
        let silent = try await failure(mute, try await mute.order())
        #expect(silent.reason == "unavailable: espeak-ng is not installed" && !silent.isPermanent)
        let blind = try await StudioBench("/nowhere/cryptocall-render")
        let missing = try await failure(blind, try await blind.order())
        #expect(missing.reason == "unavailable: /nowhere/cryptocall-render is not installed")
        let script = Sample.script([FilmScript.Scene(host: "nova", text: "Up.", chart: try Self.chart())])
        let bench = try await StudioBench("film")
        let chartless = try await failure(bench, try await bench.order(script))
        #expect(chartless.reason.hasPrefix("unavailable: scenes.0.chart: no 1h candles of BTC-USD"))
        #expect(bench.voice.texts.isEmpty)
    }

    private static func chart() throws -> FilmScript.Chart {
        FilmScript.Chart(pair: try #require(.init("BTC-USD")), interval: .oneHour, hours: 48)
    }
}
