import Drawing

/// Boxes are cut into parts on whole pixels; a part is never larger than what there is.
extension Box {
    /// Takes a part from the top, and a gap below it.
    mutating func cutTop(_ amount: Double, gap: Double) -> Box {
        let part = min(height, max(0, amount).rounded())
        let cut = Box(x, y, width, part)
        let gone = min(height, part + gap)
        (y, height) = (y + gone, height - gone)
        return cut
    }

    /// Takes a part from the bottom, and a gap above it.
    mutating func cutBottom(_ amount: Double, gap: Double) -> Box {
        let part = min(height, max(0, amount).rounded())
        let cut = Box(x, bottom - part, width, part)
        height -= min(height, part + gap)
        return cut
    }

    /// Takes a part from the left, and a gap beside it.
    mutating func cutLeft(_ amount: Double, gap: Double) -> Box {
        let part = min(width, max(0, amount).rounded())
        let cut = Box(x, y, part, height)
        let gone = min(width, part + gap)
        (x, width) = (x + gone, width - gone)
        return cut
    }

    /// Takes a part from the right, and a gap beside it.
    mutating func cutRight(_ amount: Double, gap: Double) -> Box {
        let part = min(width, max(0, amount).rounded())
        let cut = Box(right - part, y, part, height)
        width -= min(width, part + gap)
        return cut
    }
}
