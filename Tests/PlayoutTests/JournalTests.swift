import Bus
import Foundation
import JSON
import PlayoutLink
import TestKit
import Testing
import Threading

@testable import Playout

struct JournalTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path("journal") }
    private let now = Timestamp(seconds: 1_800_000_000)

    init() throws { folder = try TemporaryFolder() }

    private func changes(_ count: Int) -> [StateChange] {
        (0..<count).map { index in
            .put(PlayoutItem(id: "item-\(index)", kind: .speech, file: "a.wav", text: "Ü \"x\"\n"), at: .end)
        }
    }

    private func state(after changes: [StateChange]) -> StationState {
        changes.reduce(into: StationState()) { $0.apply($1) }
    }

    /// Writes all of it, and waits until it is in the file.
    private func write(_ changes: [StateChange], to state: StationState = StationState()) throws {
        let journal = try Journal(path: path, state: state) {}
        for change in changes { _ = journal.append(change) }
        journal.close()
        #expect(journal.failure == nil)
        #expect(journal.written == UInt64(changes.count))
    }

    @Test func `what was written is there at the next start`() throws {
        let all =
            changes(20) + [
                .muted(true),
                .targets(OutputTargets(push: [OutputTargets.Push(name: "a", url: "rtmp://b/c", key: "d")])),
                .ended(id: "item-3", .failed(reason: "x")),
            ]
        try write(all)
        let opened = try Journal.read(path)
        #expect(opened.damage == nil)
        #expect(opened.state == state(after: all))
    }

    @Test func `a missing file is an empty station`() throws {
        let opened = try Journal.read(path)
        #expect(opened.state == StationState() && opened.damage == nil)
    }

    @Test func `a file that was cut anywhere gives a state that once was`() throws {
        let all = changes(5)
        try write(all)
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        let states = (0...all.count).map { state(after: Array(all.prefix($0))) }
        let firstLine = (bytes.firstIndex(of: 10) ?? 0) + 1
        for size in firstLine...bytes.count {
            let read = try #require(JournalText.read(Array(bytes.prefix(size))))
            #expect(states.contains(read.state))
            #expect(read.isDamaged == (size < bytes.count && bytes[size - 1] != 10))
        }
    }

    @Test func `a flipped bit ends the reading before it`() throws {
        let all = changes(5)
        try write(all)
        var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        bytes[bytes.count - 20] ^= 1
        let read = try #require(JournalText.read(bytes))
        #expect(read.isDamaged)
        #expect(read.state == state(after: Array(all.prefix(4))))
    }

    @Test func `a file that cannot be read at all is kept aside, and the station starts`() throws {
        try Data("nonsense".utf8).write(to: URL(filePath: path))
        let opened = try Journal.read(path)
        #expect(opened.state == StationState())
        #expect(opened.damage?.contains(".damaged") == true)
        #expect(FileManager.default.fileExists(atPath: path + ".damaged"))
    }

    @Test func `a long journal asks to begin anew, and is short then`() throws {
        let journal = try Journal(path: path, state: StationState()) {}
        let text = String(repeating: "x", count: 10_000)
        var state = StationState()
        for index in 0..<60 {
            let change = StateChange.put(PlayoutItem(id: "\(index)", kind: .speech, file: "a", text: text), at: .end)
            state.apply(change)
            _ = journal.append(change)
        }
        for index in 0..<60 {
            state.apply(.ended(id: "\(index)", .finished))
            _ = journal.append(.ended(id: "\(index)", .finished))
        }
        journal.close()
        #expect(journal.isLong)
        try write([], to: state)
        #expect(try Journal.read(path).state == state)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? .max < 10_000)
    }

    @Test func `a file that cannot be written says so, and nothing counts as written`() throws {
        let journal = try Journal(path: folder.path("none/journal"), state: StationState()) {}
        _ = journal.append(.muted(true))
        journal.close()
        #expect(journal.failure?.contains("No such file") == true)
        #expect(journal.written == 0)
    }

    @Test func `the checksum is the usual CRC-32`() {
        #expect(JournalText.checksum(Array("123456789".utf8)[...]) == 0xCBF4_3926)
    }
}
