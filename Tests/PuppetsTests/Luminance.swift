import Drawing
import Foundation

/// A picture as 32 x 18 heights of light, 0 to 255: it tells figures apart, but not versions of a library.
struct Luminance: Equatable {
    var rows: [[Int]]

    static let columns = 32
    static let rowCount = 18

    init(_ canvas: Canvas) {
        rows = (0..<Luminance.rowCount).map { row in
            (0..<Luminance.columns).map { column in Luminance.mean(canvas, column, row) }
        }
    }

    private static func mean(_ canvas: Canvas, _ column: Int, _ row: Int) -> Int {
        canvas.withPixels { bytes in
            var (sum, count) = (0, 0)
            for y in row * canvas.height / rowCount..<(row + 1) * canvas.height / rowCount {
                for x in column * canvas.width / columns..<(column + 1) * canvas.width / columns {
                    let place = (y * canvas.width + x) * 4
                    sum += (Int(bytes[place]) * 18 + Int(bytes[place + 1]) * 183 + Int(bytes[place + 2]) * 55) / 256
                    count += 1
                }
            }
            return sum / max(1, count)
        }
    }

    init(text: String) {
        rows = text.split(separator: "\n").map { $0.split(separator: " ").compactMap { Int($0) } }
    }

    var text: String { rows.map { $0.map(String.init).joined(separator: " ") }.joined(separator: "\n") + "\n" }

    /// The mean difference as a share of white; 1 where the sizes differ.
    func difference(from other: Luminance) -> Double {
        guard rows.map(\.count) == other.rows.map(\.count), !rows.isEmpty else { return 1 }
        let all = zip(rows.joined(), other.rows.joined()).map { abs($0 - $1) }
        return Double(all.reduce(0, +)) / Double(all.count) / 255
    }
}
