import Bus
import Domain
import Drawing
import Picture
import Testing

/// Scenes that tests draw; all at one time.
enum TestScenes {
    static let now = Timestamp(seconds: 1_795_782_896)

    static func price(_ text: String) throws -> Price { try #require(Price(text)) }

    static func row(_ pair: String, _ price: String, change: String? = "1.24", ageSeconds: Int64 = 3) throws -> PriceRow
    {
        PriceRow(
            pair: try #require(TradingPair(pair)),
            price: try self.price(price),
            changePercent: change.flatMap { ExactDecimal($0) },
            asOf: now.advanced(by: .seconds(-ageSeconds)),
            limitSeconds: 60
        )
    }

    static func rows() throws -> [PriceRow] {
        [
            try row("BTC-USD", "64250.12"), try row("ETH-USD", "3120.5", change: "-0.83"),
            try row("SOL-USD", "142.07"), try row("PEPE-USD", "0.0000098712", change: nil),
        ]
    }

    /// A candle that opened so many intervals before now.
    static func candle(
        _ intervalsAgo: Int64,
        _ prices: (open: String, high: String, low: String, close: String),
        volume: String = "12.5",
        interval: CandleInterval = .fiveMinutes
    ) throws -> Candle {
        Candle(
            openTime: interval.start(of: now).advanced(by: .seconds(-intervalsAgo * interval.seconds)),
            interval: interval,
            open: try price(prices.open),
            high: try price(prices.high),
            low: try price(prices.low),
            close: try price(prices.close),
            volume: try #require(ExactDecimal(volume))
        )
    }

    /// A price that goes up and down, with a gap of an hour.
    static func candles() throws -> [Candle] {
        try (0..<72).filter { !(20..<32).contains($0) }.map { index in
            let open = 64_000 + (index * 37) % 190 + index * 4
            let close = 64_000 + ((index + 1) * 37) % 190 + index * 4
            return try candle(
                Int64(71 - index),
                ("\(open)", "\(max(open, close) + 25)", "\(min(open, close) - 20)", "\(close)"),
                volume: "\(5 + index * 13 % 40)"
            )
        }
    }

    static func chart(_ candles: [Candle], ageSeconds: Int64 = 4) throws -> CandleChart {
        CandleChart(
            pair: try #require(TradingPair("BTC-USD")),
            interval: .fiveMinutes,
            candles: candles,
            asOf: now.advanced(by: .seconds(-ageSeconds)),
            limitSeconds: 120
        )
    }

    static func scene(_ layout: SceneLayout) throws -> Scene {
        Scene(
            layout: layout,
            stationName: "CryptoCall",
            isLive: layout != .standby,
            headline: "Bitcoin holds above 64,000 as miners prepare for a slower autumn",
            lowerThird: LowerThird(name: "Alexandra Marin", role: "Host", topic: "Bitcoin after the halving"),
            ticker: PriceTicker(title: "Spot · 24 h", rows: try rows(), whenStale: .shownWithAge),
            chart: try chart(try candles()),
            captions: Captions(
                lines: ["Volume is thin this morning, and when", "volume is thin, every order moves prices."],
                mark: Captions.Mark(line: 1, word: 3)
            ),
            caller: OnAirCaller(name: "Jonas from Bergen", topic: "Is it too late to buy?"),
            callIn: CallIn(title: "Call the show", address: "station.example/call"),
            notice: "We are back at 14:00 UTC"
        )
    }

    /// Draws one frame without hosts.
    static func picture(
        _ scene: Scene,
        _ size: ContactSheet.Size = ContactSheet.Size(640, 360),
        at time: Timestamp = now,
        theme: Theme? = nil
    ) throws -> Canvas {
        let painter = try ScenePainter(width: size.width, height: size.height, theme: theme ?? Theme.dark())
        let canvas = try Canvas(width: size.width, height: size.height)
        try painter.paint(scene, at: time, on: canvas) { _, _, _ in }
        return canvas
    }

    static func bytes(_ canvas: Canvas, in box: Box? = nil) -> [UInt8] {
        let box = box ?? canvas.box
        return canvas.withPixels { pixels in
            (Int(box.y)..<Int(box.bottom)).flatMap { y in
                let start = (y * canvas.width + Int(box.x)) * 4
                return Array(pixels[start..<start + Int(box.width) * 4])
            }
        }
    }
}
