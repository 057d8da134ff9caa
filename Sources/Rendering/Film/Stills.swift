import Drawing
import Foundation
import RenderWire

/// Pictures that stand for a film: that of its first scene, and a sheet with those of all.
struct Stills {
    let form: FilmForm
    /// PNG files, one of each scene.
    let files: [String]

    /// More would be too small to be seen.
    private static let sheetCountMax = 24
    private static let columnsMax = 4
    private static let thumbnailWidth = 480.0
    private static let gap = 12.0

    /// - Throws: `RenderFault` with `.files`.
    func poster() throws(RenderFault) -> [UInt8] { try still(0) }

    /// All scenes, or some that lie evenly in the film.
    ///
    /// - Throws: `RenderFault`.
    func sheet() throws(RenderFault) -> [UInt8] {
        let count = min(files.count, Stills.sheetCountMax)
        let columns = min(count, Stills.columnsMax)
        let rows = (count + columns - 1) / columns
        let scale = Stills.thumbnailWidth / Double(form.width)
        let size = Point(Stills.thumbnailWidth, (Double(form.height) * scale).rounded())
        let sheet = try drawn { () throws(DrawingError) in
            try Canvas(
                width: Int(Double(columns) * (size.x + Stills.gap) + Stills.gap),
                height: Int(Double(rows) * (size.y + Stills.gap) + Stills.gap)
            )
        }
        sheet.clear(Color(0.1, 0.1, 0.12))
        for place in 0..<count {
            let bytes = try still(place * files.count / count)
            let picture = try drawn { () throws(DrawingError) in try Canvas(png: bytes) }
            let corner = Point(
                Stills.gap + Double(place % columns) * (size.x + Stills.gap),
                Stills.gap + Double(place / columns) * (size.y + Stills.gap)
            )
            sheet.transformed(.scale(scale, scale).then(.move(corner))) { sheet.draw(picture) }
        }
        return try drawn { () throws(DrawingError) in try sheet.png() }
    }

    private func still(_ place: Int) throws(RenderFault) -> [UInt8] {
        guard let bytes = FileManager.default.contents(atPath: files[place]) else {
            throw RenderFault(.files, "cache: a picture of scene \(place) is gone")
        }
        return Array(bytes)
    }

    private func drawn<Result>(_ body: () throws(DrawingError) -> Result) throws(RenderFault) -> Result {
        do throws(DrawingError) {
            return try body()
        } catch {
            throw RenderFault(.encoder, "stills: \(error)")
        }
    }
}
