import Foundation
import Networking
import Resources
import Security
import Testing

@testable import Bench

/// Against a server that somebody runs: Martlet, or a real Kubernetes.
@Suite(
  .enabled(if: RealServer.kubeconfig != nil, "MARTLET_BENCH_KUBECONFIG names no kubeconfig"))
struct RealServerTests {
  @Test("each load gives a result, and nothing is left", .timeLimit(.minutes(5)))
  func loads() async throws {
    let path = try #require(RealServer.kubeconfig)
    let configuration = try ClientConfiguration(try ClusterConnection(kubeconfig: path))
    var plan = BenchPlan(runName: String(UInt32.random(in: 0...UInt32.max), radix: 16))
    plan.scenarios = BenchScenario.forAnyServer + [.schedule, .definitions]
    plan.requestCount = 100
    plan.warmUpCount = 10
    plan.listedCount = 120
    plan.listCount = 3
    plan.watcherCount = 5
    plan.changeCount = 40
    plan.nodeCount = 5
    plan.podCount = 40
    plan.definitionCount = 30
    let report = try await Bench(configuration, plan: plan).run()
    #expect(report.results.map(\.operationCount) == [100, 100, 3, 100, 200, 40, 30])
    #expect(report.results.allSatisfy { $0.elapsed > .zero && $0.latency.count > 0 })

    let transport = HTTPTransport(configuration)
    defer { transport.close() }
    let client = RemoteClusterClient(transport)
    let selector = ListOptions(labelSelector: "martlet-bench=\(plan.runName)")
    #expect(try await client.list(.nodes, namespace: nil, options: selector).items.isEmpty)
    #expect(try await client.list(.leases, namespace: nil, options: selector).items.isEmpty)
    #expect(try await client.list(.pods, namespace: plan.namespace).items.isEmpty)
  }
}

private enum RealServer {
  static let kubeconfig = ProcessInfo.processInfo.environment["MARTLET_BENCH_KUBECONFIG"]
}
