import API
import Actors
import Domain

extension AlertsAnswer {
    init(_ board: AlertBoard) {
        let state = board.current
        self.init(
            open: state.book.open.map(Alert.init),
            resolved: state.book.resolved.map(Alert.init),
            silent: state.silent.map { Silent(rule: $0.rule.name, reason: $0.reason) }
        )
    }
}

extension AlertsAnswer.Alert {
    init(_ alert: Actors.Alert) {
        self.init(
            id: alert.id,
            rule: alert.rule,
            severity: alert.severity.rawValue,
            summary: alert.summary,
            detail: alert.detail,
            value: alert.value,
            latest: alert.latest,
            threshold: alert.threshold,
            raisedAt: alert.raisedAt,
            resolvedAt: alert.resolvedAt
        )
    }
}
