/// What flite prints: phones with the moments at which they end.
enum FliteReport {
    /// Reads `pau:0.216 b:0.247 …`, one line for each utterance, each with a clock of its own.
    ///
    /// - Returns: `nil` when it is anything else.
    static func phones(_ text: String) -> [PhoneTime]? {
        var phones: [PhoneTime] = []
        var begin = 0.0
        for line in text.split(separator: "\n") {
            var last = begin
            for entry in line.split(separator: " ") {
                let parts = entry.split(separator: ":")
                guard parts.count == 2, let moment = Double(parts[1]), moment.isFinite, begin + moment >= last else {
                    return nil
                }
                let name = String(parts[0])
                phones.append(
                    PhoneTime(
                        name: name,
                        arpabet: PhoneAlphabet.flite.arpabet(name),
                        start: last,
                        end: begin + moment,
                        isPause: PhoneAlphabet.flite.isPause(name)
                    )
                )
                last = begin + moment
            }
            begin = last
        }
        return phones.isEmpty ? nil : phones
    }

    /// Reads the phones of words that were said one by one, each on a line: `pau b ih t pau`.
    ///
    /// - Returns: the phones of each word; `nil` when there are more or fewer words than asked for.
    static func words(_ text: String, count: Int) -> [[String]]? {
        let lines = text.split(separator: "\n")
        guard lines.count == count else { return nil }
        return lines.map { line in
            line.split(separator: " ").map(String.init).filter { !PhoneAlphabet.flite.isPause($0) }
        }
    }
}
