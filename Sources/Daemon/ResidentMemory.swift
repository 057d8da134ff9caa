import Glibc

/// Gives back the memory of code that is not in use, such as what only the start needed.
///
/// Code pages are clean copies of a file: what is used again comes back from the page cache at the next call. Without
/// this a third of what an idle station holds is the code of parsers that have done their work.
enum ResidentMemory {
    /// Drops the resident pages of every mapped program and library.
    ///
    /// Takes well under a millisecond; best effort, so that a system without `/proc` loses nothing.
    static func releaseUnusedCode() {
        guard let maps = fopen("/proc/self/maps", "re") else { return }
        defer { fclose(maps) }
        var line = [CChar](repeating: 0, count: 512)
        while fgets(&line, Int32(line.count), maps) != nil {
            let fields = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
                .split(whereSeparator: \.isWhitespace)
            // Only code, and only of files: pages that hold relocations or data are not clean and must stay.
            guard fields.count >= 6, fields[1] == "r-xp", fields[5].hasPrefix("/") else { continue }
            let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            guard ends.count == 2, let start = UnsafeMutableRawPointer(bitPattern: ends[0]) else { continue }
            madvise(start, Int(ends[1] - ends[0]), MADV_DONTNEED)
        }
    }
}
