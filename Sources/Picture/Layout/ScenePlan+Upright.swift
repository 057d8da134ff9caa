import Drawing

/// Pictures that are higher than they are wide: everything one below the other.
///
/// On a telephone's full height, the platforms cover the top, the bottom and the right with their own buttons. What
/// matters most stands between; the ticker and the address may be covered.
extension ScenePlan {
    // Of 1920 lines, platforms cover 288 at the top and 672 at the bottom; of 1080 columns, 192 at the right.
    private static let coveredTopShare = 0.15
    private static let coveredBottomShare = 0.35
    private static let coveredRightShare = 0.178

    private var isTelephone: Bool { frame.height >= frame.width * 1.5 }

    func upright() -> [SceneElement: Box] {
        var boxes: [SceneElement: Box] = [:]
        var rest = safe
        let headerHeight = base * ScenePlan.headerShare
        if isTelephone {
            // The header is the last thing that may be covered.
            _ = rest.cutTop(frame.height * ScenePlan.coveredTopShare - rest.y - headerHeight.rounded() - gap, gap: 0)
        }
        header(in: rest.cutTop(headerHeight, gap: gap), to: &boxes)
        if isTelephone { rest = clear(rest, to: &boxes) } else { foot(of: &rest, to: &boxes) }
        if hasCaptions { boxes[.captions] = rest.cutBottom(base * 0.132, gap: gap) }
        if scene.layout == .hostWithChart { return withChart(in: rest, boxes) }
        if hasHeadline, scene.layout != .standby { boxes[.headline] = rest.cutTop(base * 0.13, gap: gap) }
        if hasLowerThird { boxes[.lowerThird] = rest.cutBottom(base * ScenePlan.stripShare, gap: gap) }
        stage(in: rest, to: &boxes)
        return boxes
    }

    /// What is covered at the right beyond the edge that is always free.
    var coveredRight: Double {
        isTelephone ? max(0, (frame.width * ScenePlan.coveredRightShare).rounded(.up) - safe.x) : 0
    }

    /// The chart over the whole width; above it the host, with the texts beside.
    private func withChart(in box: Box, _ boxes: [SceneElement: Box]) -> [SceneElement: Box] {
        var (boxes, box) = (boxes, box)
        let hasCards = hasHeadline || hasLowerThird
        var row = box.cutTop(min(base * 0.27, box.height / 2), gap: gap)
        if hasCards { boxes[.leftHost] = row.cutLeft((row.width - gap) * 0.36, gap: gap) }
        if hasLowerThird {
            boxes[.lowerThird] = row.cutBottom(hasHeadline ? row.height * 0.41 : row.height, gap: gap)
        }
        if hasHeadline { boxes[.headline] = row }
        if !hasCards { boxes[.leftHost] = row }
        boxes[.chart] = box
        return boxes
    }

    /// What is left above the part that platforms cover; the ticker and the address come below.
    private func clear(_ box: Box, to boxes: inout [SceneElement: Box]) -> Box {
        var box = box
        let lower = (box.bottom - frame.height * (1 - ScenePlan.coveredBottomShare)).rounded(.up)
        var foot = box.cutBottom(lower, gap: 0)
        _ = foot.cutTop(0, gap: gap)
        if !scene.ticker.rows.isEmpty {
            boxes[.ticker] = foot.cutBottom(base * ScenePlan.tickerShare, gap: gap)
        }
        if hasCallIn { boxes[.callIn] = foot }
        return box
    }

    private func foot(of box: inout Box, to boxes: inout [SceneElement: Box]) {
        if !scene.ticker.rows.isEmpty {
            boxes[.ticker] = box.cutBottom(base * ScenePlan.tickerShare, gap: gap)
        }
        if hasCallIn {
            boxes[.callIn] = box.cutBottom(min(base * ScenePlan.callInShare, box.height / 4), gap: gap)
        }
    }

    private func stage(in box: Box, to boxes: inout [SceneElement: Box]) {
        switch scene.layout {
        case .oneHost: boxes[.leftHost] = box
        case .twoHosts: (boxes[.leftHost], boxes[.rightHost]) = halves(of: box)
        case .callerOnAir: (boxes[.leftHost], boxes[.caller]) = halves(of: box)
        case .chartFull, .hostWithChart: boxes[.chart] = box
        case .standby: boxes[.notice] = box
        }
    }
}
