import Drawing

/// Pictures that are at least as wide as they are high: three columns between header and ticker.
extension ScenePlan {
    func wide() -> [SceneElement: Box] {
        var boxes: [SceneElement: Box] = [:]
        var rest = safe
        header(in: rest.cutTop(base * ScenePlan.headerShare, gap: gap), to: &boxes)
        if !scene.ticker.rows.isEmpty {
            boxes[.ticker] = rest.cutBottom(base * ScenePlan.tickerShare, gap: gap)
        }
        if hasCaptions || hasLowerThird {
            strip(in: rest.cutBottom(base * ScenePlan.stripShare, gap: gap), to: &boxes)
        }
        stage(in: rest, to: &boxes)
        return boxes
    }

    /// The two columns at the left are alike; what whole pixels leave over is the third's.
    private func column(of width: Double) -> Double { max(0, ((width - 2 * gap) / 3).rounded(.down)) }
    private func lastColumn(of width: Double) -> Double { max(0, width - 2 * (column(of: width) + gap)) }

    /// Who speaks at the left, what is said beside it.
    private func strip(in box: Box, to boxes: inout [SceneElement: Box]) {
        var box = box
        if hasCaptions, hasLowerThird { boxes[.lowerThird] = box.cutLeft(column(of: box.width), gap: gap) }
        boxes[hasCaptions ? .captions : .lowerThird] = box
    }

    private func stage(in box: Box, to boxes: inout [SceneElement: Box]) {
        var box = box
        switch scene.layout {
        case .oneHost:
            side(of: &box, to: &boxes)
            boxes[.leftHost] = box
        case .twoHosts:
            side(of: &box, to: &boxes)
            (boxes[.leftHost], boxes[.rightHost]) = halves(of: box)
        case .callerOnAir:
            side(of: &box, to: &boxes)
            (boxes[.leftHost], boxes[.caller]) = halves(of: box)
        case .hostWithChart:
            var side = box.cutRight(lastColumn(of: box.width), gap: gap)
            if hasHeadline || hasCallIn {
                boxes[hasHeadline ? .headline : .callIn] = side.cutBottom(side.height * 0.42, gap: gap)
            }
            boxes[.leftHost] = side
            boxes[.chart] = box
        case .chartFull:
            if hasHeadline { boxes[.headline] = box.cutTop(base * 0.08, gap: gap) }
            boxes[.chart] = box
        case .standby:
            if hasCallIn { boxes[.callIn] = box.cutRight(lastColumn(of: box.width), gap: gap) }
            boxes[.notice] = box
        }
    }

    /// The column at the right: what it is about, and how to take part.
    private func side(of box: inout Box, to boxes: inout [SceneElement: Box]) {
        guard hasHeadline || hasCallIn else { return }
        var side = box.cutRight(lastColumn(of: box.width), gap: gap)
        if hasHeadline, hasCallIn {
            boxes[.callIn] = side.cutBottom(min(base * ScenePlan.callInShare, side.height / 2), gap: gap)
        }
        boxes[hasHeadline ? .headline : .callIn] = side
    }
}
