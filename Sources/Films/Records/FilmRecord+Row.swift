import Bus
import RenderWire
import Store

extension FilmRecord {
    init?(_ row: SQLRow) {
        guard row.count == 16, let id = row[0].id, let title = row[2].text,
            let form = row[3].text.flatMap(FilmScript.Form.init(rawValue:)), let scenes = row[4].int,
            let state = row[5].text.flatMap(FilmState.init(rawValue:)), let done = row[6].int,
            let total = row[7].int, let failures = row[8].int, let sizeBytes = row[11].integer,
            let credits = row[12].integer, let createdAt = row[13].time
        else { return nil }
        var result: RenderedFilm?
        if let text = row[10].text {
            // What cannot be read is told by the caller as a row that this program did not write.
            guard let film = try? EventCodec.decode(RenderedFilm.self, from: text.utf8) else { return nil }
            result = film
        }
        self.init(
            id: id,
            owner: row[1].id,
            title: title,
            form: form,
            sceneCount: scenes,
            state: state,
            done: done,
            total: total,
            failures: failures,
            reason: row[9].text,
            result: result,
            sizeBytes: sizeBytes,
            credits: credits,
            createdAt: createdAt,
            startedAt: row[14].time,
            endedAt: row[15].time
        )
    }
}
