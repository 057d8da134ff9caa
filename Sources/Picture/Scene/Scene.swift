/// All that the station's picture shows at a moment, apart from the hosts themselves.
///
/// It is bounded: texts, lists and charts keep no more than their limits, wherever they come from.
package struct Scene: Codable, Hashable, Sendable {
    package var layout: SceneLayout
    package var stationName: ShownText
    /// Whether what is seen happens now.
    package var isLive: Bool
    /// Whether the time of day is shown; in a recording it would soon be wrong.
    package var hasClock: Bool
    /// What the programme is about; set large.
    package var headline: ShownText?
    package var lowerThird: LowerThird?
    /// No band is shown where there are no rows.
    package var ticker: PriceTicker
    /// Shown by the layouts that have a place for it.
    package var chart: CandleChart?
    /// `nil` gives their place to the rest; empty lines keep it free for the next words.
    package var captions: Captions?
    /// Shown by the layout for callers.
    package var caller: OnAirCaller?
    package var callIn: CallIn?
    /// What is said while nobody is on air.
    package var notice: ShownText?

    package init(
        layout: SceneLayout,
        stationName: ShownText,
        isLive: Bool = false,
        hasClock: Bool = true,
        headline: ShownText? = nil,
        lowerThird: LowerThird? = nil,
        ticker: PriceTicker = PriceTicker(),
        chart: CandleChart? = nil,
        captions: Captions? = nil,
        caller: OnAirCaller? = nil,
        callIn: CallIn? = nil,
        notice: ShownText? = nil
    ) {
        self.layout = layout
        self.stationName = stationName
        self.isLive = isLive
        self.hasClock = hasClock
        self.headline = headline
        self.lowerThird = lowerThird
        self.ticker = ticker
        self.chart = chart
        self.captions = captions
        self.caller = caller
        self.callIn = callIn
        self.notice = notice
    }
}
