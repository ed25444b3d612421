import Foundations
import Networking
import Resources
import Synchronization

/// Where the requests of a flow schema lead, with everything that does not change between them.
final class FlowRoute: Sendable {
  let schema: FlowSchema
  /// `nil` where nothing limits them.
  let level: PriorityLevel?
  /// Most seats that one of them may take.
  let requestSeatsMax: Int
  /// What answers tell: whose rules held, by identities that give no names away.
  /// Source: Kubernetes documentation, "API Priority and Fairness", "Diagnostics".
  let fields: HeaderFields
  let tally: FlowTally

  init(
    _ schema: FlowSchema, to settings: PriorityLevelSettings, _ level: PriorityLevel?,
    nominalSeats: Int, _ tally: FlowTally
  ) {
    self.schema = schema
    self.level = level
    self.tally = tally
    requestSeatsMax = settings.requestSeatsMax(nominalSeats: nominalSeats)
    fields = [
      "x-kubernetes-pf-flowschema-uid": schema.uid,
      "x-kubernetes-pf-prioritylevel-uid": settings.uid,
    ]
  }

  /// The same for requests of one flow, and different in every process.
  func hash(of attributes: AccessAttributes) -> UInt64 {
    var hasher = Hasher()
    hasher.combine(schema.name)
    switch schema.distinguisher {
    case .none: break
    case .user: hasher.combine(attributes.user.name)
    case .namespace: hasher.combine(attributes.namespace)
    }
    return UInt64(bitPattern: Int64(hasher.finalize()))
  }
}

/// What became of the requests of one flow schema at one level, for monitoring.
final class FlowTally: Sendable {
  let schema: String
  let level: String
  private let dispatched = Atomic(0)
  private let waiting = Atomic(0)
  /// How long those waited that had to.
  let waits = DurationHistogram(bounds: [
    0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30,
  ])
  private let refused = InlineArray<4, Atomic<Int>> { _ in Atomic(0) }

  init(schema: String, level: String) {
    self.schema = schema
    self.level = level
  }

  /// One more waits, or one less.
  func addWaiting(_ change: Int) { waiting.add(change, ordering: .relaxed) }

  func addDispatched() { dispatched.add(1, ordering: .relaxed) }

  func addRefused(_ refusal: PriorityLevel.Refusal) {
    refused[Self.place(refusal)].add(1, ordering: .relaxed)
  }

  var waitingCount: Int { waiting.load(ordering: .relaxed) }

  var dispatchedCount: Int { dispatched.load(ordering: .relaxed) }

  func refusedCount(_ refusal: PriorityLevel.Refusal) -> Int {
    refused[Self.place(refusal)].load(ordering: .relaxed)
  }

  private static func place(_ refusal: PriorityLevel.Refusal) -> Int {
    switch refusal {
    case .queueFull: 0
    case .concurrencyLimit: 1
    case .timeOut: 2
    case .cancelled: 3
    }
  }
}
