/// A load with a name. Those that write make what they need, in a namespace of the run's own.
package enum BenchScenario: String, CaseIterable, Sendable {
  /// Config maps of 1 KB.
  case create
  case get
  /// A whole collection of `BenchPlan.listedCount` config maps.
  case list
  /// A lease's renewal, conditional as node agents do it.
  case renew
  /// `BenchPlan.concurrency` objects change, `BenchPlan.watcherCount` watch them all.
  case watch
  /// Pods onto nodes that exist only as objects.
  case schedule
  /// Pods on real nodes, one after the other, from POST to Running.
  case podStart = "pod-start"
  /// Pods on real nodes, all at once.
  case podBurst = "pod-burst"
  /// CustomResourceDefinitions, from POST to Established.
  case definitions

  /// What one operation is.
  package var unit: String {
    switch self {
    case .create, .get, .list, .renew: "requests"
    case .watch: "events delivered"
    case .schedule, .podStart, .podBurst: "pods"
    case .definitions: "definitions"
    }
  }

  /// Those that need no image and no node.
  package static let forAnyServer: [Self] = [.create, .get, .list, .renew, .watch]
}

/// How much of everything.
package struct BenchPlan: Sendable {
  package var scenarios: [BenchScenario] = BenchScenario.forAnyServer
  /// Of what `BenchScenario.forAnyServer` sends and asks for; the others speak JSON.
  package var encoding = BenchEncoding.json
  /// Requests of `create`, `get` and `renew`.
  package var requestCount = 2000
  /// Requests before those that count, to warm caches and connections.
  package var warmUpCount = 200
  /// Requests under way at once.
  package var concurrency = 8
  package var connectionCount = 4
  /// Objects in the collection that `list` reads. 5,000 make 4.7 MB.
  package var listedCount = 5000
  package var listCount = 20
  package var watcherCount = 50
  /// Changes that every watcher hears of.
  package var changeCount = 1000
  package var nodeCount = 1000
  /// Pods of `schedule`.
  package var podCount = 5000
  package var podStartCount = 10
  package var podBurstCount = 60
  package var definitionCount = 2000
  /// For the pods on real nodes: runs until it is told to end.
  package var image = "registry.k8s.io/pause:3.10"
  /// Part of every name that the run makes, so that two runs do not meet: lower case, digits.
  package var runName: String

  package init(runName: String) { self.runName = runName }

  var namespace: String { "martlet-bench-\(runName)" }
}
