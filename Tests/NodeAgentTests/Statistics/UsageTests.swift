import ContainerRuntimeInterface
import Foundations
import Resources
import SwiftProtobuf
import Testing

@testable import NodeAgent

@Suite("What a node and its containers use")
struct UsageTests {
  private func usage(_ seconds: Int64, _ nanoseconds: UInt64, memory: UInt64 = 5)
    -> UsageSample.Usage
  {
    UsageSample.Usage(
      time: Timestamp(seconds: seconds), cpuNanoseconds: nanoseconds, memoryBytes: memory,
      workingSetBytes: memory, residentBytes: 1, pageFaults: 2, majorPageFaults: 3)
  }

  private func sample(
    at seconds: Int64, host: UInt64, _ containers: [(id: String, used: UInt64)]
  ) -> UsageSample {
    UsageSample(
      host: usage(seconds, host),
      containers: containers.map {
        UsageSample.Container(
          id: $0.id, name: "c-\($0.id)",
          pod: UsageSample.PodIdentity(
            key: ObjectKey(namespace: "n", name: "p"), uid: "u",
            startedAt: Timestamp(seconds: 90)), startedAt: Timestamp(seconds: 100),
          usage: usage(seconds, $0.used), writtenBytes: 7)
      })
  }

  @Test("a rate is what was used between two samples; of a new container, since its start")
  func rates() {
    let rates = UsageRates(
      from: sample(at: 110, host: 1_000, [("a", 4_000_000_000)]),
      to: sample(
        at: 120, host: 30_000_001_000, [("a", 9_000_000_000), ("b", 2_000_000_000)]))
    #expect(rates.host == .init(nanocores: 3_000_000_000, window: .seconds(10)))
    #expect(rates.containers["a"] == .init(nanocores: 500_000_000, window: .seconds(10)))
    #expect(rates.containers["b"] == .init(nanocores: 100_000_000, window: .seconds(20)))
  }

  @Test("a count that began anew gives no rate")
  func reset() {
    let rates = UsageRates(
      from: sample(at: 110, host: 9, [("a", 9)]), to: sample(at: 120, host: 3, [("a", 3)]))
    #expect(rates.containers["a"] == nil && rates.host.nanocores == 0)
  }

  @Test("the summary names each pod once, with its containers")
  func summary() {
    let rates = UsageRates(
      from: sample(at: 110, host: 0, [("a", 0)]),
      to: sample(at: 120, host: 10_000_000_000, [("a", 5_000_000_000), ("b", 1)]))
    let summary = UsageSummary.document(
      rates, node: "w", startedAt: Timestamp(seconds: 1))
    #expect(summary[path: "node", "cpu", "usageNanoCores"]?.integer == 1_000_000_000)
    #expect(summary[path: "node", "nodeName"]?.string == "w")
    #expect(summary["pods"]?.count == 1)
    let pod = summary["pods"]?[0]
    #expect(pod?["podRef"] == ["name": "p", "namespace": "n", "uid": "u"])
    #expect(pod?["containers"]?.count == 2)
    #expect(pod?["containers"]?[0][path: "cpu", "usageNanoCores"]?.integer == 500_000_000)
    #expect(pod?["containers"]?[0][path: "memory", "workingSetBytes"]?.integer == 5)
  }

  @Test("monitoring is told what was used, of containers, pods and the node")
  func text() {
    let text = UsageMetricsText.text(
      sample(at: 120, host: 2_500_000_000, [("a", 1_500_000_000), ("b", 500_000_000)]))
    for line in [
      "# TYPE node_cpu_usage_seconds_total counter", "node_cpu_usage_seconds_total 2.5 120000",
      #"container_cpu_usage_seconds_total{container="c-a",namespace="n",pod="p"} 1.5 120000"#,
      #"container_start_time_seconds{container="c-a",namespace="n",pod="p"} 100"#,
      #"pod_cpu_usage_seconds_total{namespace="n",pod="p"} 2.0 120000"#,
      #"pod_memory_working_set_bytes{namespace="n",pod="p"} 10 120000"#, "resource_scrape_error 0",
    ] { #expect(text.contains(line + "\n"), "\(line)") }
  }
}
