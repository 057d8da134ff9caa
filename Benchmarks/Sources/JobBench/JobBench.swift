import Glibc
import Jobs
import Store

/// Measures the job engine on one database, and prints one line of JSON.
///
/// Usage: `JobBench DATABASE MODE COUNT [OPTION]`. The database is `sqlite:FILE` or `postgres:HOST:PORT:NAME:USER`.
/// - `claim COUNT WORKERS`: jobs claimed and completed one at a time, by so many workers at once
/// - `runner COUNT SLOTS`: jobs that do nothing through the runner, which claims up to 32 at a time
/// - `paced SECONDS RATE`: how long a claim takes at a steady pace
/// - `pickup SECONDS RATE`: from the call that enqueues a job to its beginning, at a steady pace
/// - `fill COUNT 0`: puts finished jobs into the table
/// - `workflow COUNT STEPS`: workflows of steps that do nothing, one after the other
/// - `workflows COUNT STEPS`: the same, 32 at a time
@main
struct JobBench {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 5, let place = BenchStore(arguments[1]), let mode = Mode(rawValue: arguments[2]),
            let count = Int(arguments[3]), let option = Int(arguments[4]), count > 0, option >= 0
        else {
            print("usage: JobBench sqlite:FILE|postgres:HOST:PORT:NAME:USER MODE COUNT OPTION")
            exit(64)
        }
        let store = try await place.open()
        let figures = try await mode.run(store, count, option)
        await place.close(store)
        print("{\"bench\":\"jobs\",\(figures.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ","))}")
    }
}

/// What is measured.
enum Mode: String {
    case claim
    case runner
    case paced
    case pickup
    case fill
    case workflow
    case workflows

    func run(_ store: any Storage, _ count: Int, _ option: Int) async throws -> [(String, Double)] {
        switch self {
        case .claim: try await ClaimBench(store).throughput(count, workers: max(1, option))
        case .runner: try await RunnerBench(store).throughput(count, slots: max(1, option))
        case .paced: try await ClaimBench(store).paced(seconds: count, rate: max(1, option))
        case .pickup: try await RunnerBench(store).pickup(seconds: count, rate: max(1, option))
        case .fill: try await FinishedJobs(store).insert(count)
        case .workflow: try await StepBench(store).sequence(count, steps: option)
        case .workflows: try await StepBench(store).atOnce(count, steps: option)
        }
    }
}
