/// How large a film is, and how fast.
package struct FilmForm: Codable, Hashable, Sendable {
    /// In pixels; even numbers, as video is coded.
    package let width: Int
    package let height: Int
    package let framesPerSecond: Int

    package static let hd720 = FilmForm(width: 1280, height: 720, framesPerSecond: 25)
    package static let hd1080 = FilmForm(width: 1920, height: 1080, framesPerSecond: 30)

    package init(width: Int, height: Int, framesPerSecond: Int) {
        self.width = width
        self.height = height
        self.framesPerSecond = framesPerSecond
    }

    /// - Throws: `RenderFault` for what cannot be coded.
    package func check() throws(RenderFault) {
        guard (160...1920).contains(width), (160...1920).contains(height), width % 2 == 0, height % 2 == 0 else {
            throw RenderFault(.badOrder, "form: \(width) x \(height) is not drawn: 160 to 1920, even numbers")
        }
        guard [25, 30, 50, 60].contains(framesPerSecond) else {
            throw RenderFault(.badOrder, "form: \(framesPerSecond) frames a second are not drawn: 25, 30, 50 or 60")
        }
    }
}
