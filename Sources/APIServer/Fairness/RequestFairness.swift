import Foundations
import NIOCore
import NIOPosix
import Networking
import Resources
import Store
import Synchronization

/// Priority and fairness: lets requests in as the flow schemas and priority levels say, has them wait
/// for their turn, or refuses them.
///
/// The objects are read from their watch caches once and then followed: the first request after a
/// change goes by it. A request that finds seats pays a look-up of its route and two atomic
/// operations.
/// Source: Kubernetes documentation, "API Priority and Fairness"; KEP-1040.
final class RequestFairness: Sendable {
  /// How a request goes on.
  enum Entry: Sendable {
    /// With a seat that its answer gives back; `nil` where nothing limits it.
    case granted(RequestSeat?)
    case refused

    var seat: RequestSeat? {
      if case .granted(let seat) = self { seat } else { nil }
    }
  }

  private struct State {
    var plan = FlowPlan()
    /// The limited ones.
    var levels: [String: (level: PriorityLevel, limits: SeatLimits)] = [:]
    var tallies: [String: FlowTally] = [:]
    var classifier: FlowClassifier<FlowRoute>?
    var lastLending: ContinuousClock.Instant?
  }

  /// Seats are lent anew when somebody waits, and not more often. Upstream does so by a timer.
  private static let lendingPause = Duration.seconds(1)

  private let seatsTotal: Int
  private let state = Mutex(State())
  private let mark = StaleMark()
  private let schemas: CacheFollower
  private let levels: CacheFollower

  /// - Parameter seatsTotal: of all levels together.
  /// - Returns: `nil` where the objects are not kept.
  init?(_ reader: CacheReader, seatsTotal: Int) {
    guard let schemas = reader.cache(.flowSchemas),
      let levels = reader.cache(.priorityLevelConfigurations)
    else { return nil }
    self.seatsTotal = seatsTotal
    self.schemas = CacheFollower(schemas, mark: mark)
    self.levels = CacheFollower(levels, mark: mark)
  }

  // MARK: Letting in

  func route(of attributes: AccessAttributes) -> FlowRoute { current().target(of: attributes) }

  /// Lets a request in where it need not wait.
  func enter(_ route: FlowRoute, seats: Int) -> Entry? {
    guard let level = route.level else {
      route.tally.addDispatched()
      return .granted(nil)
    }
    let seats = min(seats, route.requestSeatsMax)
    guard level.enter(seats: seats) || (lend() && level.enter(seats: seats)) else { return nil }
    route.tally.addDispatched()
    return .granted(RequestSeat(of: level, seats: seats))
  }

  /// Lets a request in when its turn comes. On its connection's event loop.
  /// - Parameter proceed: called there, at once or later; never where the client goes while it
  ///   waits.
  func wait(
    _ attributes: AccessAttributes, by route: FlowRoute, seats: Int, _ request: ServerRequest,
    _ responder: Responder, proceed: @escaping @Sendable (Entry) -> Void
  ) {
    guard let level = route.level else { preconditionFailure("nothing limits the request") }
    let eventLoop = request.connection.eventLoop ?? MultiThreadedEventLoopGroup.singleton.next()
    let start = ContinuousClock.now
    let queued = QueuedRequest(attributes, request.path, by: route.schema, on: eventLoop) { seat in
      route.tally.addWaiting(-1)
      route.tally.waits.add(ContinuousClock.now - start)
      if let seat {
        route.tally.addDispatched()
        proceed(.granted(seat))
      } else {
        route.tally.addRefused(.timeOut)
        proceed(.refused)
      }
    }
    let seats = min(seats, route.requestSeatsMax)
    let outcome = level.wait(
      queued, seats: seats, byteCount: request.body.count, hash: route.hash(of: attributes))
    switch outcome {
    case .refused(let why):
      route.tally.addRefused(why)
      proceed(.refused)
    case .queued(let ticket):
      route.tally.addWaiting(1)
      queued.begin(
        responder, giveUp: { level.giveUp(ticket) },
        onGone: {
          route.tally.addWaiting(-1)
          route.tally.addRefused(.cancelled)
        })
    }
  }

  // MARK: Lending

  /// Moves seats to where somebody waits, from where nobody does.
  /// - Returns: whether it was time to.
  private func lend() -> Bool {
    let now = ContinuousClock.now
    return state.withLock { state in
      if let last = state.lastLending, now - last < Self.lendingPause { return false }
      state.lastLending = now
      let levels = state.levels.values.sorted { $0.level.name < $1.level.name }
      let seats = SeatLimits.lent(
        levels.map { SeatLimits.Demand(limits: $0.limits, peak: $0.level.takePeak()) })
      for (level, seats) in zip(levels, seats) where level.level.limit != seats {
        level.level.setLimit(seats)
      }
      return true
    }
  }

  /// What one level does now.
  struct LevelNumbers: Sendable {
    let name: String
    let limits: SeatLimits
    let currentLimit: Int
    let takenSeats: Int
    let waitingCount: Int
  }

  /// By name.
  var levelNumbers: [LevelNumbers] {
    state.withLock { $0.levels }.values.map { level, limits in
      LevelNumbers(
        name: level.name, limits: limits, currentLimit: level.limit,
        takenSeats: level.takenSeats, waitingCount: level.waitingCount)
    }.sorted { $0.name < $1.name }
  }

  /// By name.
  var limitedLevels: [PriorityLevel] {
    state.withLock { $0.levels }.values.map(\.level).sorted { $0.name < $1.name }
  }

  /// By schema and level.
  var tallies: [FlowTally] {
    state.withLock { $0.tallies }.values.sorted { ($0.schema, $0.level) < ($1.schema, $1.level) }
  }

  // MARK: Following

  private func current() -> FlowClassifier<FlowRoute> {
    state.withLock { state in
      if !mark.take(), let classifier = state.classifier { return classifier }
      catchUp(&state.plan)
      let classifier = apply(&state)
      state.classifier = classifier
      return classifier
    }
  }

  private func catchUp(_ plan: inout FlowPlan) {
    follow(schemas, known: plan.schemaNames) { plan.setSchema($0, to: $1) }
    follow(levels, known: plan.levelNames) { plan.setLevel($0, to: $1) }
  }

  private func follow(
    _ follower: CacheFollower, known: [String], _ set: (String, Document?) -> Void
  ) {
    follower.catchUp { change in
      switch change {
      case .all(let snapshot):
        for name in known { set(name, nil) }
        for object in snapshot.objects() { set(object.name, object.document) }
      case .put(let object): set(object.name, object.document)
      case .remove(let object): set(object.name, nil)
      }
    }
  }

  private func apply(_ state: inout State) -> FlowClassifier<FlowRoute> {
    let settings = state.plan.levels
    let limits = SeatLimits.nominal(of: settings, total: seatsTotal)
    var kept: [String: (level: PriorityLevel, limits: SeatLimits)] = [:]
    for (settings, limits) in zip(settings, limits) where !settings.isExempt {
      if let (level, old) = state.levels[settings.name] {
        level.configure(settings)
        if old != limits { level.setLimit(limits.nominal) }
        kept[settings.name] = (level, limits)
      } else {
        kept[settings.name] = (PriorityLevel(settings, seatsMax: limits.nominal), limits)
      }
    }
    // Requests of a level that is gone keep it until they are done.
    state.levels = kept
    var tallies: [String: FlowTally] = [:]
    let byName = Dictionary(
      zip(settings, limits).map { ($0.name, ($0, $1)) }, uniquingKeysWith: { first, _ in first })
    let routes = state.plan.schemas.compactMap {
      schema -> (schema: FlowSchema, target: FlowRoute)? in
      guard let (settings, limits) = byName[schema.level] else { return nil }
      let key = "\(schema.name)/\(schema.level)"
      let tally = state.tallies[key] ?? FlowTally(schema: schema.name, level: schema.level)
      tallies[key] = tally
      return (
        schema,
        FlowRoute(
          schema, to: settings, kept[schema.level]?.level, nominalSeats: limits.nominal, tally)
      )
    }
    state.tallies = tallies
    guard
      let fallback = routes.first(where: { $0.schema.name == DefaultFlowControl.catchAllName })
    else { preconditionFailure("the plan has no catch-all, which is mandatory") }
    return FlowClassifier(routes, fallback: fallback.target)
  }
}
