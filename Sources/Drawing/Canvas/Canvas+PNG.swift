import CCairo

extension Canvas {
    /// A picture that was kept as a PNG file.
    ///
    /// - Parameter png: the whole file.
    /// - Throws: `DrawingError` for what is none, or is too large.
    package convenience init(png: [UInt8]) throws(DrawingError) {
        var source = png[...]
        let picture = withUnsafeMutablePointer(to: &source) { place in
            cairo_image_surface_create_from_png_stream(
                { place, data, count in
                    guard let place, let data else { return CAIRO_STATUS_READ_ERROR }
                    let source = place.assumingMemoryBound(to: ArraySlice<UInt8>.self)
                    guard source.pointee.count >= Int(count) else { return CAIRO_STATUS_READ_ERROR }
                    for (index, byte) in source.pointee.prefix(Int(count)).enumerated() { data[index] = byte }
                    source.pointee = source.pointee.dropFirst(Int(count))
                    return CAIRO_STATUS_SUCCESS
                },
                place
            )
        }
        defer { cairo_surface_destroy(picture) }
        guard cairo_surface_status(picture) == CAIRO_STATUS_SUCCESS else { throw .library("no PNG") }
        try self.init(
            width: Int(cairo_image_surface_get_width(picture)),
            height: Int(cairo_image_surface_get_height(picture))
        )
        cairo_set_source_surface(context, picture, 0, 0)
        cairo_paint(context)
        try finish()
    }

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
