import CCairo

/// A text that is laid out within a box, with dots where it is too long for it.
///
/// Of any script and in both directions. It is drawn as it is: nothing in it is markup, and what cannot be seen is left
/// out.
package final class TextBlock {
    /// Of what is drawn, in pixels.
    package let width: Double
    package let height: Double
    package let lineCount: Int
    /// Whether something had to be left out.
    package let isCut: Bool
    private let layout: OpaquePointer
    private let color: Color

    /// So much of a text is looked at; no box takes more.
    private static let charactersMax = 2000

    /// - Parameters:
    ///   - text: from anywhere.
    ///   - style: how it looks.
    ///   - width: of the box; lines are broken there, within words where one is too long.
    ///   - linesMax: what goes beyond it is cut.
    ///   - canvas: where it will be drawn.
    /// - Throws: `DrawingError`.
    package init(
        _ text: String,
        _ style: TextStyle,
        width: Double,
        linesMax: Int = 1,
        on canvas: Canvas
    ) throws(DrawingError) {
        guard let layout = pango_cairo_create_layout(canvas.context),
            let font = pango_font_description_new()
        else { throw .library("no text") }
        self.layout = layout
        color = style.color
        defer { pango_font_description_free(font) }
        pango_font_description_set_family(font, style.families.joined(separator: ","))
        pango_font_description_set_absolute_size(font, style.size * TextBlock.unit)
        pango_font_description_set_weight(font, style.weight.rawValue)
        pango_layout_set_font_description(layout, font)
        pango_layout_set_width(layout, Int32(max(1, width) * TextBlock.unit))
        pango_layout_set_wrap(layout, Int32(CRYPTOCALL_PANGO_WRAP_WORD_CHAR))
        pango_layout_set_ellipsize(layout, Int32(CRYPTOCALL_PANGO_ELLIPSIZE_END))
        // So many lines, where a positive number would be a height.
        pango_layout_set_height(layout, Int32(-max(1, linesMax)))
        pango_layout_set_line_spacing(layout, Float(style.lineSpacing))
        pango_layout_set_alignment(layout, TextBlock.number(of: style.alignment))
        if style.hasEvenFigures, let list = pango_attr_list_new() {
            pango_attr_list_insert(list, pango_attr_font_features_new("tnum=1"))
            pango_layout_set_attributes(layout, list)
            pango_attr_list_unref(list)
        }
        let visible = TextBlock.visible(text, linesMax: linesMax)
        pango_layout_set_text(layout, visible, -1)
        var (pixelWidth, pixelHeight): (Int32, Int32) = (0, 0)
        pango_layout_get_pixel_size(layout, &pixelWidth, &pixelHeight)
        self.width = min(Double(pixelWidth), max(1, width))
        height = Double(pixelHeight)
        lineCount = Int(pango_layout_get_line_count(layout))
        isCut = pango_layout_is_ellipsized(layout) != 0
    }

    deinit { g_object_unref(UnsafeMutableRawPointer(layout)) }

    /// Of the library's measures in a pixel.
    private static let unit = Double(CRYPTOCALL_PANGO_SCALE)

    private static func number(of alignment: TextStyle.Alignment) -> Int32 {
        switch alignment {
        case .natural: Int32(CRYPTOCALL_PANGO_ALIGN_LEFT)
        case .center: Int32(CRYPTOCALL_PANGO_ALIGN_CENTER)
        case .opposite: Int32(CRYPTOCALL_PANGO_ALIGN_RIGHT)
        }
    }

    /// Draws it with its upper left corner at a point; for texts that are aligned, the corner of the box.
    package func draw(on canvas: Canvas, at point: Point, opacity: Double = 1) {
        canvas.use(.solid(color.opacity(opacity)))
        cairo_move_to(canvas.context, point.x, point.y)
        pango_cairo_show_layout(canvas.context, layout)
    }

    /// One line for each that is allowed; without what has no shape or changes the direction of what stands around it.
    static func visible(_ text: String, linesMax: Int) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in text.prefix(charactersMax).unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator:
                shown.append(scalar == "\n" && linesMax > 1 ? "\n" : " ")
            case .surrogate, .privateUse, .unassigned: continue
            // Joiners belong to scripts and to emoji; marks of direction could turn what stands beside the text.
            case .format where scalar.value != 0x200D && scalar.value != 0x200C: continue
            default: shown.append(scalar)
            }
        }
        return String(shown)
    }
}
