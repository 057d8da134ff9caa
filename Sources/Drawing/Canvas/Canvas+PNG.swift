import CCairo

extension Canvas {
    /// The picture as a PNG file.
    ///
    /// - Throws: `DrawingError`.
    package func png() throws(DrawingError) -> [UInt8] {
        try finish()
        var bytes: [UInt8] = []
        let status = withUnsafeMutablePointer(to: &bytes) { place in
            cairo_surface_write_to_png_stream(
                surface,
                { place, data, count in
                    guard let place, let data else { return CAIRO_STATUS_WRITE_ERROR }
                    place.assumingMemoryBound(to: [UInt8].self).pointee
                        .append(contentsOf: UnsafeBufferPointer(start: data, count: Int(count)))
                    return CAIRO_STATUS_SUCCESS
                },
                place
            )
        }
        guard status == CAIRO_STATUS_SUCCESS else { throw .library("no PNG") }
        return bytes
    }
}
