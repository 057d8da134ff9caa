import Actors
import Bus
import Domain
import Films
import Glibc
import Jobs
import Logging
import Media
import Store
import Threading

/// The films of a running station: what is ordered, who makes it, and what is kept of it.
struct FilmStation: Sendable {
    let records: FilmRepository
    let studio: FilmStudio
    let shelf: FilmShelf
    let queue: JobQueue
    let station: Station
    /// Those that somebody here has cancelled while they were made.
    let unwanted = UnwantedFilms()
    private let logger = Logger(label: "films")

    /// - Parameters:
    ///   - station: where all of it happens.
    ///   - voices: who says what is heard in films.
    ///   - layout: where the station keeps its files.
    ///   - program: what draws.
    init(
        _ station: Station,
        voices: VoiceChain,
        layout: DirectoryLayout,
        program: String = OnAirDesk.neighbour("cryptocall-render")
    ) {
        self.station = station
        queue = JobQueue(store: station.store)
        let records = FilmRepository(store: station.store, now: station.now)
        self.records = records
        let settings: @Sendable () -> FilmSettings = {
            var settings = FilmSettings(station.settings.current.configuration, layout)
            settings.program = program
            return settings
        }
        shelf = FilmShelf(folder: settings().folder)
        studio = FilmStudio(
            FilmStudio.Parts(
                records: records,
                voices: voices,
                figures: FilmFigures(station),
                hosts: { FilmHost(figure: $0, station.settings.current.configuration) },
                settings: settings,
                tell: { event in
                    // Progress is worth nothing once the bus is closed.
                    _ = try? station.bus.publish(event, from: "films")
                }
            )
        )
    }

    var settings: FilmsConfig { station.settings.current.configuration.films }

    /// Writes an order down and has it made: both or neither.
    ///
    /// - Parameters:
    ///   - script: what is to be in the film.
    ///   - owner: whose it is; `nil` for the machine's operator.
    ///   - key: the owner's word for the order, which orders it once.
    /// - Returns: the film.
    /// - Throws: `FilmError`.
    func add(
        _ script: FilmScript,
        owner: UUIDv7?,
        key: String?
    ) async throws(FilmError) -> FilmRepository.Added {
        // A provider's cost would be held here, settled step by step in `render`, and released in `cancel`. All of it is
        // made on this machine, which costs no credits.
        let credits = FilmPrice.credits(of: FilmPrice.drawnHere) ?? 0
        let added = try await records.add(
            script,
            FilmRepository.Order(owner: owner, key: key, credits: credits),
            openMax: settings.openMax
        ) { transaction, film in
            try transaction.enqueue(try RenderFilm(film: film.id).request())
        }
        if added.isNew {
            // Workers look by themselves too.
            if let request = try? RenderFilm(film: added.film.id).request() { queue.announce(request) }
        }
        return added
    }

    /// Nobody wants a film any more: what makes it is ended, and what was made of it goes.
    ///
    /// - Returns: it as it is now; `nil` when it had ended already.
    /// - Throws: `FilmError`.
    func cancel(_ id: UUIDv7) async throws(FilmError) -> FilmRecord? {
        guard let film = try await records.cancel(id) else { return nil }
        do throws(StoreError) {
            unwanted.add(id)
            guard try await queue.cancel(id) != .running else { return film }
            _ = unwanted.remove(id)
            try await tidy(id)
        } catch {
            logger.warning("the job of a cancelled film ends later", metadata: ["error": "\(error)"])
        }
        return film
    }

    /// Removes what is not needed any more of a film; what cannot be removed now goes when films are looked through.
    func tidy(_ id: UUIDv7) async throws(StoreError) {
        do throws(FilmError) {
            let film = try await records.film(id)
            guard film?.state.isFinal ?? true else { return }
            do throws(StudioFailure) {
                if film?.state == .done { try await shelf.removeWork(of: id) } else { try await shelf.remove(id) }
            } catch {
                logger.warning("a film's files are removed later", metadata: ["error": "\(error)"])
            }
        } catch {
            if case .store(let cause) = error { throw cause }
        }
    }
}

extension FilmSettings {
    /// The settings of the moment.
    init(_ configuration: Configuration, _ layout: DirectoryLayout) {
        let films = configuration.films
        self.init(
            folder: films.folder.isEmpty ? "\(layout.stateDirectory)/films" : films.folder,
            cache: "\(layout.cacheDirectory)/films"
        )
        cacheSizeBytesMax = films.cacheGigabytes * 1_000_000_000
        station = configuration.station.name
        language = configuration.onair.language
        stall = .seconds(films.stallSeconds)
        failuresMax = films.failuresMax
    }
}

extension FilmHost {
    /// Who a figure is: the host of the same name, otherwise itself, with the first host's voice.
    init(figure: String, _ configuration: Configuration) {
        let personas = SpeakerSettings(configuration).personas
        let names = [(configuration.host.name, "Host"), (configuration.cohost.name, "Co-host")]
        let known = names.first { $0.0.lowercased() == figure.lowercased() }
        let voice = personas[known?.0 ?? configuration.host.name] ?? .host
        self.init(
            name: known?.0 ?? figure.prefix(1).uppercased() + figure.dropFirst(),
            role: known?.1 ?? "",
            persona: voice
        )
    }
}

/// Films whose files go as soon as what makes them has ended: it is told by a cancellation, which does not say why.
final class UnwantedFilms: Sendable {
    private let films = Mutex<Set<UUIDv7>>([])

    func add(_ film: UUIDv7) { films.withLock { _ = $0.insert(film) } }

    /// - Returns: whether it was among them.
    func remove(_ film: UUIDv7) -> Bool { films.withLock { $0.remove(film) != nil } }
}
