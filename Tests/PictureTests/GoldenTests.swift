import Drawing
import Foundation
import Picture
import Testing

/// Small grey copies of pictures that somebody has looked at.
///
/// `UPDATE_GOLDEN=1` records them anew; look at the pictures before.
@Suite struct GoldenTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens")
    private static let columns = 32
    private static let rows = 18
    /// Of the whole range: other versions of the libraries set letters a little differently.
    private static let differenceMax = 0.02
    /// Of one field: a text that is missing is seen here first.
    private static let fieldDifferenceMax = 0.15

    @Test(arguments: SceneLayout.allCases) func `pictures look as they did`(_ layout: SceneLayout) throws {
        for (size, theme) in [
            (ContactSheet.Size(1280, 720), try Theme.dark()), (ContactSheet.Size(1080, 1920), try Theme.light()),
        ] {
            let picture = try TestScenes.picture(try TestScenes.scene(layout), size, theme: theme)
            let seen = grid(of: picture)
            let name = "\(layout.rawValue)-\(theme.name)-\(size.width)x\(size.height).txt"
            let file = Self.folder.appending(path: name)
            if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
                try text(seen).write(to: file, atomically: true, encoding: .utf8)
            }
            let golden = try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isWhitespace)
                .compactMap { Int($0) }
            try #require(golden.count == seen.count)
            let differences = zip(golden, seen).map { Double(abs($0 - $1)) / 255 }
            let mean = differences.reduce(0, +) / Double(seen.count)
            #expect(mean <= Self.differenceMax, "\(name) differs by \(mean)")
            let largest = differences.max() ?? 1
            #expect(largest <= Self.fieldDifferenceMax, "a field of \(name) differs by \(largest)")
        }
    }

    /// The mean lightness of each field, 0 to 255.
    private func grid(of canvas: Canvas) -> [Int] {
        canvas.withPixels { bytes in
            (0..<Self.rows).flatMap { row in
                (0..<Self.columns).map { column in
                    let xs = column * canvas.width / Self.columns..<(column + 1) * canvas.width / Self.columns
                    let ys = row * canvas.height / Self.rows..<(row + 1) * canvas.height / Self.rows
                    var sum = 0
                    for y in ys {
                        for x in xs {
                            let place = (y * canvas.width + x) * 4
                            // Blue, green and red, weighted as television does.
                            sum += Int(bytes[place]) * 7 + Int(bytes[place + 1]) * 72 + Int(bytes[place + 2]) * 21
                        }
                    }
                    return sum / (xs.count * ys.count * 100)
                }
            }
        }
    }

    private func text(_ grid: [Int]) -> String {
        stride(from: 0, to: grid.count, by: Self.columns).map { start in
            grid[start..<start + Self.columns].map(String.init).joined(separator: " ") + "\n"
        }.joined()
    }
}
