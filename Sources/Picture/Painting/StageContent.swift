import Bus
import Drawing

/// All of a scene that stands still: what the picture under hosts, captions, prices and clock depends on.
struct StageContent: Hashable {
    let boxes: SceneBoxes
    let layout: SceneLayout
    let stationName: ShownText
    let isLive: Bool
    let headline: ShownText?
    let lowerThird: LowerThird?
    let chart: ChartContent?
    let caller: OnAirCaller?
    let callIn: CallIn?
    let notice: ShownText?
    let tickerTitle: ShownText
    /// Whether no price is fresh enough to be seen.
    let isTickerEmpty: Bool

    init(_ scene: Scene, boxes: SceneBoxes, at time: Timestamp) {
        self.boxes = boxes
        layout = scene.layout
        stationName = scene.stationName
        isLive = scene.isLive
        headline = scene.headline
        lowerThird = scene.lowerThird
        chart = boxes[.chart] == nil ? nil : scene.chart.map { ChartContent($0, at: time) }
        caller = scene.caller
        callIn = scene.callIn
        notice = scene.notice
        tickerTitle = scene.ticker.title
        isTickerEmpty = TickerCell.isEmpty(scene.ticker, at: time)
    }
}
