import API
import Actors
import Bus
import Domain
import PlayoutLink
import Show

/// What listeners are told of the air.
struct OnAirDoors {
    private let desk: OnAirDesk

    init(desk: OnAirDesk) { self.desk = desk }

    var doors: OnAirRoutes.Doors {
        OnAirRoutes.Doors(
            now: { [desk] in OnAirDoors.now(desk.station) },
            schedule: { [desk] in OnAirDoors.schedule(desk.station) },
            transcript: { [desk] wish throws(APIError) in try await OnAirDoors.transcript(desk.station, wish) },
            read: { [desk] name in await desk.stream.read(name) }
        )
    }

    private static func now(_ station: Station) -> NowAnswer {
        let view = station.booth.view
        var reason: String?
        if case .off(let why) = view.sound { reason = why }
        return NowAnswer(
            voice: station.voice,
            reason: reason,
            muted: station.mute.isOn,
            offAir: station.offAir.isOn,
            standby: view.playout?.status.isStandby,
            segment: view.open.first { $0.state == .airing }.map(SegmentAnswer.init),
            levelDecibels: view.playout?.status.level?.rmsDecibels,
            silentSeconds: view.playout?.status.level.map { Double($0.silentForMilliseconds) / 1000 },
            measuredSecondsAgo: view.playout.map { max(0, $0.at.duration(to: station.now()) / .seconds(1)) },
            trouble: view.playout?.status.outputs?.trouble?.forEveryone
        )
    }

    private static func schedule(_ station: Station) -> ScheduleAnswer {
        let view = station.booth.view
        let (now, settings) = (station.now(), station.hostSettings)
        return ScheduleAnswer(
            segments: view.open.map(SegmentAnswer.init),
            aheadSeconds: view.ahead / .seconds(1),
            part: PartAnswer(settings.turn(at: now)),
            parts: settings.turns(after: now).map(PartAnswer.init)
        )
    }

    private static func transcript(
        _ station: Station,
        _ wish: OnAirRoutes.TranscriptWish
    ) async throws(APIError) -> TranscriptAnswer {
        do throws(ShowError) {
            let page = try await station.segments.page(before: wish.before, limit: wish.limit ?? 50, searching: wish.q)
            return TranscriptAnswer(segments: page.segments.map(SegmentAnswer.init), next: page.next)
        } catch {
            switch error {
            case .badInput(let field, let problem):
                throw APIError(faults: [InputFault(field: field, message: problem)])
            case .store(let error): throw APIError(error)
            }
        }
    }
}

extension PartAnswer {
    init(_ turn: ShowTurn) {
        self.init(
            kind: turn.part.kind.rawValue,
            host: turn.host.name,
            beganAt: turn.part.beganAt,
            endsAt: turn.part.endsAt
        )
    }
}

extension SegmentAnswer {
    init(_ segment: Segment) {
        self.init(
            id: segment.id,
            host: segment.spoken.host,
            text: segment.spoken.text,
            state: segment.state.rawValue,
            kind: segment.spoken.kind.rawValue,
            symbols: segment.spoken.symbols.map(\.text),
            voice: segment.voice,
            seconds: segment.duration.map { $0 / .seconds(1) },
            writtenAt: segment.writtenAt,
            startedAt: segment.startedAt,
            endedAt: segment.endedAt,
            reason: segment.reason
        )
    }
}
