import Foundation
import TestKit

/// A renderer that draws the number of each frame as a row of black and white fields, and a flash each second.
enum FakeRenderer {
    static let python: String? = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    static let isInstalled: Bool = {
        if python == nil { print("python3 is not installed: the tests of the picture are skipped") }
        return python != nil && FFmpegProgram.isInstalled
    }()

    static let fields = 24
    static let fieldPixels = 12
    static let left = 16
    static let rows = 20

    /// The program, which notes each of its lives in a file.
    static func write(to path: String) throws {
        let text = """
            import json, mmap, os, sys
            width, height = int(sys.argv[sys.argv.index("--width") + 1]), int(sys.argv[sys.argv.index("--height") + 1])
            size = width * height * 4
            memory = mmap.mmap(3, size * 5)
            black, white = b"\\x00\\x00\\x00\\xff", b"\\xff\\xff\\xff\\xff"
            def draw(slot, number, ground):
                row = bytearray(ground * width)
                for bit in range(\(fields)):
                    start = (\(left) + bit * \(fieldPixels)) * 4
                    row[start:start + \(fieldPixels) * 4] = (white if number >> bit & 1 else black) * \(fieldPixels)
                memory[slot * size:(slot + 1) * size] = bytes(row) * \(rows) + ground * (width * (height - \(rows)))
                os.write(1, bytes([slot]))
            draw(4, 0xFFFFFF, b"\\x80\\x80\\x80\\xff")
            buffer = b""
            while True:
                chunk = os.read(0, 65536)
                if not chunk: break
                *lines, buffer = (buffer + chunk).split(b"\\n")
                for line in lines:
                    tick = json.loads(line).get("tick")
                    if tick: draw(tick["slot"], tick["frame"], white if tick["frame"] % 25 < 2 else black)
            """
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    /// What a decoded picture shows.
    struct Seen: Equatable {
        /// The number of the frame that it was drawn for.
        let number: Int
        let isFlash: Bool

        static let card = 0xFF_FFFF

        /// - Parameters:
        ///   - luma: one byte for each pixel.
        ///   - width: of the picture.
        init(_ luma: ArraySlice<UInt8>, width: Int) {
            func isWhite(_ x: Int, _ y: Int) -> Bool { luma[luma.startIndex + y * width + x] > 128 }
            number = (0..<FakeRenderer.fields).reduce(0) { number, bit in
                let x = FakeRenderer.left + bit * FakeRenderer.fieldPixels + FakeRenderer.fieldPixels / 2
                return isWhite(x, FakeRenderer.rows / 2) ? number | 1 << bit : number
            }
            isFlash = isWhite(width / 2, FakeRenderer.rows + 60)
        }
    }
}
