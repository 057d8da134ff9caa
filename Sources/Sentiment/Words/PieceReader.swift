/// Reads text after text, with room that is used again for each.
///
/// Not to be shared: whoever reads has one of their own.
struct PieceReader {
    private var tokens: [Token] = []

    /// Reads a text piece by piece.
    ///
    /// - Parameters:
    ///   - text: of any length.
    ///   - body: gets the tokens of each piece and its share of the text, 0 to 1; all shares together are 1.
    mutating func read(_ text: String, _ body: ([Token], Double) -> Void) {
        var text = text
        // Lent for the time of the call, so that the room for tokens has one owner.
        var room: [Token] = []
        swap(&room, &tokens)
        text.withUTF8 { bytes in
            for range in TextPieces.ranges(of: bytes) {
                room.removeAll(keepingCapacity: true)
                TextScanner.scan(UnsafeBufferPointer(rebasing: bytes[range]), into: &room)
                body(room, bytes.isEmpty ? 1 : Double(range.count) / Double(bytes.count))
            }
        }
        swap(&room, &tokens)
    }
}
