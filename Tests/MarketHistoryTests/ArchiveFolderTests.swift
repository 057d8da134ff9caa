import Foundation
import TestKit
import Testing

@testable import MarketHistory

struct ArchiveFolderTests {
    private let folder: TemporaryFolder
    private let archive: ArchiveFolder

    init() throws {
        folder = try TemporaryFolder()
        archive = ArchiveFolder(path: folder.path(""))
    }

    private func content(_ name: String) throws -> String {
        try String(contentsOfFile: folder.path(name), encoding: .utf8)
    }

    @Test func `a file has its name only when it is whole`() async throws {
        let file = try await archive.begin("a.jsonl")
        try await file.append(Array("one\n".utf8))
        #expect(try folder.files == ["a.jsonl.new"])
        try await file.append(Array("two\n".utf8))
        try await file.publish()
        #expect(try folder.files == ["a.jsonl"])
        #expect(try content("a.jsonl") == "one\ntwo\n")
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path("a.jsonl"))[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test func `what an interrupted attempt has left is written over`() async throws {
        let first = try await archive.begin("a.jsonl")
        try await first.append(Array("a long line of before\n".utf8))
        let second = try await archive.begin("a.jsonl")
        try await second.append(Array("new\n".utf8))
        try await second.publish()
        #expect(try folder.files == ["a.jsonl"] && content("a.jsonl") == "new\n")
    }

    @Test func `a file that is not wanted goes, and the one before stays`() async throws {
        let first = try await archive.begin("a.jsonl")
        try await first.append(Array("first\n".utf8))
        try await first.publish()
        let second = try await archive.begin("a.jsonl")
        try await second.append(Array("second\n".utf8))
        try await second.discard()
        try await second.discard()
        #expect(try folder.files == ["a.jsonl"] && content("a.jsonl") == "first\n")
        await #expect(throws: ArchiveFileError.self) { try await second.append([1]) }
        await #expect(throws: ArchiveFileError.self) { try await second.publish() }
    }

    @Test func `a folder that is not there is told with what failed`() async throws {
        let nowhere = ArchiveFolder(path: folder.path("nowhere"))
        let error = await #expect(throws: ArchiveFileError.self) { _ = try await nowhere.begin("a.jsonl") }
        #expect(error?.description == "open \(folder.path("nowhere"))/a.jsonl.new: No such file or directory")
    }
}
