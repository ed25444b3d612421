import ArgumentParser
import Bench
import Foundations
import Networking
import Operations
import Resources
import Security

struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Put a load on a cluster and measure it: any cluster with Kubernetes' API.",
    discussion: """
      Scenarios: \(BenchScenario.allCases.map(\.rawValue).joined(separator: ", ")). Everything that \
      a run makes is in a namespace of its own, or carries the label martlet-bench, and is taken \
      away at the end. "schedule" makes nodes that no machine stands behind: not on a cluster that \
      people use.
      """)

  @Argument(help: "Scenarios to run, in this order; without any, those that need no node")
  var scenarios: [BenchScenario] = BenchScenario.forAnyServer

  @Option(help: "The cluster's kubeconfig; without it, the one KUBECONFIG names")
  var kubeconfig: String?

  @Option(help: "A server process of this machine to measure, repeatable")
  var pid: [Int] = []

  @Option(help: "Measure the processes of this program, repeatable")
  var process: [String] = []

  @Option(name: .shortAndLong, help: "table or json")
  var output: Output = .table

  @Option(help: "json or protobuf, for create, get, list, renew and watch")
  var encoding: BenchEncoding = .json

  @Option(help: "Requests of create, get and renew")
  var requests = 2000

  @Option(help: "Requests before those that count")
  var warmUp = 200

  @Option(help: "Requests under way at once")
  var concurrency = 8

  @Option(help: "Connections that the requests take in turn")
  var connections = 4

  @Option(help: "Objects in the collection that list reads")
  var listed = 5000

  @Option(help: "Requests of list")
  var lists = 20

  @Option(help: "Watchers of watch")
  var watchers = 50

  @Option(help: "Changes that each watcher hears of")
  var changes = 1000

  @Option(help: "Nodes of schedule")
  var nodes = 1000

  @Option(help: "Pods of schedule")
  var pods = 5000

  @Option(help: "Pods of pod-start")
  var starts = 10

  @Option(help: "Pods of pod-burst")
  var burst = 60

  @Option(help: "CustomResourceDefinitions of definitions")
  var definitions = 2000

  @Option(help: "Image of the pods; it has to run until it is ended")
  var image: String?

  enum Output: String, ExpressibleByArgument, CaseIterable { case table, json }

  func validate() throws {
    let counts = [
      requests, concurrency, connections, listed, lists, watchers, changes, nodes, pods, starts,
      burst, definitions,
    ]
    guard counts.allSatisfy({ $0 > 0 }), warmUp >= 0 else {
      throw ValidationError("counts have to be positive")
    }
  }

  func run() async throws {
    try await Failures.reported {
      guard let path = kubeconfig ?? ProcessFacts.environment["KUBECONFIG"] else {
        throw ValidationError("name the cluster: --kubeconfig FILE, or KUBECONFIG=FILE")
      }
      let connection = try ClientConfiguration(try ClusterConnection(kubeconfig: path))
      let bench = Bench(connection, plan: plan, probe: try probe()) { step in
        ProcessLog.writeError("\(step)\n")
      }
      let report = try await bench.run()
      switch output {
      case .table: print(report.table, terminator: "")
      case .json: print(report.document.jsonText)
      }
    }
  }

  private func probe() throws -> ProcessProbe? {
    var processIDs = pid
    for name in process {
      let found = ProcessProbe.processIDs(named: name)
      guard !found.isEmpty else { throw ValidationError("no process runs \(name)") }
      processIDs += found
    }
    return processIDs.isEmpty ? nil : ProcessProbe(processIDs: processIDs)
  }

  private var plan: BenchPlan {
    var plan = BenchPlan(runName: String(UID.random().description.prefix(8)))
    plan.scenarios = scenarios
    plan.encoding = encoding
    plan.requestCount = requests
    plan.warmUpCount = warmUp
    plan.concurrency = concurrency
    plan.connectionCount = connections
    plan.listedCount = listed
    plan.listCount = lists
    plan.watcherCount = watchers
    plan.changeCount = changes
    plan.nodeCount = nodes
    plan.podCount = pods
    plan.podStartCount = starts
    plan.podBurstCount = burst
    plan.definitionCount = definitions
    if let image { plan.image = image }
    return plan
  }
}

extension BenchScenario: ExpressibleByArgument {}
extension BenchEncoding: ExpressibleByArgument {}
