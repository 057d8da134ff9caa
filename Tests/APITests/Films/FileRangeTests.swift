import Testing

@testable import API

@Suite struct FileRangeTests {
    @Test(
        arguments: [
            (nil, .whole), ("bytes=0-9", .part(0..<10)), ("bytes=90-", .part(90..<100)), ("bytes=-10", .part(90..<100)),
            ("bytes=-1000", .part(0..<100)), ("bytes=95-1000", .part(95..<100)), ("bytes=99-99", .part(99..<100)),
            ("bytes=100-", .outside), ("bytes=200-300", .outside), ("bytes=-0", .outside), ("bytes=9-0", .whole),
            ("bytes=0-1,5-6", .whole), ("items=0-9", .whole), ("bytes=a-b", .whole), ("bytes=-", .whole),
            ("bytes=1", .whole), ("bytes=99999999999999999999-", .whole), ("BYTES=0-0", .part(0..<1)),
        ] as [(String?, FileRange)]
    )
    func `a part of a file is what the header says`(header: String?, range: FileRange) {
        #expect(FileRange(header, of: 100) == range)
    }

    @Test func `nothing lies in an empty file`() {
        #expect(FileRange("bytes=0-", of: 0) == .outside)
        #expect(FileRange("bytes=-1", of: 0) == .outside)
        #expect(FileRange(nil, of: 0) == .whole)
    }
}
