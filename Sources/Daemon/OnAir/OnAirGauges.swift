import Actors
import Media
import PlayoutLink
import Telemetry

/// Shows in metrics how the programme gets out, as the playout told it last.
struct OnAirGauges {
    let booth: AirBooth
    let metrics: MetricsRegistry

    /// Lets the registry read it at each scrape.
    func bind() {
        metrics.beforeScrape { [booth, metrics] in
            let view = booth.view
            metrics.gauge(.onairAheadSeconds).set(view.ahead / .seconds(1))
            metrics.gauge(.onairPlayoutUp).set(view.playout == nil ? 0 : 1)
            for standing in view.voices {
                let isAvailable = if case .available = standing.availability { true } else { false }
                metrics.gauge(.onairVoiceAvailable, standing.engine).set(isAvailable ? 1 : 0)
                metrics.read(.onairSpoken, standing.engine, "spoken") { UInt64(standing.answered) }
                metrics.read(.onairSpoken, standing.engine, "failed") { UInt64(standing.failed) }
            }
            if let status = view.playout?.status {
                metrics.read(.onairLateBlocks) { UInt64(status.audio.lateBlocks) }
            }
            show(view.playout?.status.outputs)
        }
    }

    /// What nobody measures is left out, rather than shown as it was.
    private func show(_ outputs: OutputsStatus?) {
        func set(_ metric: GaugeMetric, _ value: Double?) {
            if let value { metrics.gauge(metric).set(value) } else { metrics.remove(metric) }
        }
        set(.onairEncoderUp, outputs.map { $0.encoder.state == "running" ? 1 : 0 })
        set(.onairSegmentAgeSeconds, outputs?.playlist.newestSegmentSecondsAgo)
        set(.onairSilentSeconds, outputs?.meter.silentSeconds)
        set(.onairLoudnessLUFS, outputs?.meter.integratedLUFS)
        set(.onairDriftSeconds, outputs?.meter.driftSeconds)
        guard let outputs else { return }
        metrics.read(.onairEncoderStarts) { UInt64(outputs.encoder.starts) }
        // Their names come from the settings, which bounds how many there are.
        for target in outputs.targets {
            metrics.gauge(.onairTargetUp, target.name).set(target.state == "live" ? 1 : 0)
        }
    }
}
