import Bus

/// Where the cells of the ticker are at a time: they move to the left at one speed, and come back at the right.
///
/// When cells come, go or change their width, the one at the left stays where it is. Cells that all have room stand.
struct TickerBelt {
    struct Cell: Hashable {
        let name: String
        let width: Double
    }

    struct Place: Hashable {
        /// Of the cell in the list.
        let index: Int
        let x: Double
    }

    private var cells: [Cell] = []
    /// Where the first cell was at a time.
    private var origin = 0.0
    private var originTime: Timestamp?

    /// The cells that are seen, from left to right.
    ///
    /// - Parameters:
    ///   - wanted: the list of now.
    ///   - time: of the picture.
    ///   - speed: in pixels a second.
    ///   - track: how wide the band is.
    /// - Returns: at least one place for each moment, except without cells.
    mutating func places(_ wanted: [Cell], at time: Timestamp, speed: Double, track: Double) -> [Place] {
        let total = wanted.reduce(0) { $0 + $1.width }
        guard total > track, !wanted.isEmpty else {
            (cells, originTime) = (wanted, nil)
            return TickerBelt.row(wanted, from: 0, track: track, isEndless: false)
        }
        guard let since = originTime else {
            (cells, origin, originTime) = (wanted, 0, time)
            return TickerBelt.row(wanted, from: 0, track: track, isEndless: true)
        }
        if wanted != cells {
            let seen = TickerBelt.row(cells, from: first(at: time, since, speed), track: track, isEndless: true)
            origin = TickerBelt.origin(of: wanted, keeping: seen, in: cells)
            (cells, originTime) = (wanted, time)
        }
        let x = first(at: time, originTime ?? time, speed)
        return TickerBelt.row(wanted, from: x, track: track, isEndless: true)
    }

    /// Where the first cell is, at most one round to the left of the band.
    private func first(at time: Timestamp, _ since: Timestamp, _ speed: Double) -> Double {
        let total = cells.reduce(0) { $0 + $1.width }
        let gone = since.duration(to: time)
        let seconds = Double(gone.components.seconds) + Double(gone.components.attoseconds) * 1e-18
        let turns = (origin - seconds * speed).truncatingRemainder(dividingBy: total)
        return turns > 0 ? turns - total : turns
    }

    private static func row(_ cells: [Cell], from first: Double, track: Double, isEndless: Bool) -> [Place] {
        var places: [Place] = []
        var x = first
        // Each round is as long as the band or longer: two of them are more than is ever seen.
        for round in 0..<(isEndless ? 3 : 1) {
            for (index, cell) in cells.enumerated() where round == 0 || x < track {
                if x + cell.width > 0, x < track { places.append(Place(index: index, x: x)) }
                x += cell.width
            }
        }
        return places
    }

    /// - Returns: where the first cell of a new list has to be, so that one that is seen stays in its place.
    private static func origin(of wanted: [Cell], keeping seen: [Place], in cells: [Cell]) -> Double {
        for place in seen {
            guard let index = wanted.firstIndex(where: { $0.name == cells[place.index].name }) else { continue }
            return place.x - wanted[..<index].reduce(0) { $0 + $1.width }
        }
        return 0
    }
}
