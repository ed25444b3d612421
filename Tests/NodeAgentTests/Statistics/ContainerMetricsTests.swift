import Foundations
import Resources
import Testing

@testable import NodeAgent

@Suite("What monitoring is told of a node's containers")
struct ContainerMetricsTests {
  private let key = ObjectKey(namespace: "n", name: "p")

  private func container(_ id: String, _ nanoseconds: UInt64) -> UsageSample.Container {
    UsageSample.Container(
      id: id, name: "c-\(id)",
      pod: UsageSample.PodIdentity(key: key, uid: "u", startedAt: Timestamp(seconds: 90)),
      startedAt: Timestamp(seconds: 100),
      usage: UsageSample.Usage(
        time: Timestamp(seconds: 120), cpuNanoseconds: nanoseconds, memoryBytes: 9,
        workingSetBytes: 5, residentBytes: 4, pageFaults: 2, majorPageFaults: 3),
      writtenBytes: 7)
  }

  private var text: String {
    let sample = UsageSample(
      host: container("host", 1).usage,
      containers: [container("a", 1_500_000_000), container("b", 500_000_000)])
    var details = ContainerDetails()
    details.containers["a"] = ContainerDetails.Container(
      path: "/m/kubepods/podu/a", image: "i:1",
      limits: ContainerDetails.Limits(
        memoryBytes: 1024, cpuQuotaMicroseconds: 5000, cpuPeriodMicroseconds: 100_000,
        cpuShares: 51),
      throttling: CPUThrottling(Array("nr_periods 10\nnr_throttled 4\nthrottled_usec 500000".utf8)))
    details.networks = [
      ContainerDetails.Network(
        pod: key, sandbox: "s", path: "/m/kubepods/podu",
        interfaces: InterfaceUsage.parse(
          Array("  eth0: 10 20 30 40 0 0 0 0 50 60 70 80 0 0 0 0\n".utf8)))
    ]
    return ContainerMetricsText.text(
      sample, details, machine: ContainerMetricsText.Machine(cpuCount: 2, memoryBytes: 4096))
  }

  private let a =
    #"container="c-a",id="/m/kubepods/podu/a",image="i:1",name="a",namespace="n",pod="p""#
  private let network = #"{id="/m/kubepods/podu",interface="eth0",name="s",namespace="n",pod="p"}"#

  @Test("containers have their own numbers, and pods the sums of them")
  func usage() {
    for line in [
      "# TYPE container_cpu_usage_seconds_total counter",
      #"container_cpu_usage_seconds_total{\#(a),cpu="total"} 1.5 120000"#,
      #"container_cpu_usage_seconds_total{namespace="n",pod="p",cpu="total"} 2.0 120000"#,
      #"container_memory_working_set_bytes{\#(a)} 5.0 120000"#,
      #"container_memory_working_set_bytes{namespace="n",pod="p"} 10.0 120000"#,
      #"container_memory_failures_total{\#(a),failure_type="pgmajfault",scope="container"} 3 120000"#,
      #"container_fs_usage_bytes{\#(a),device=""} 7 120000"#,
      #"container_start_time_seconds{\#(a)} 100"#,
    ] { #expect(text.contains(line + "\n"), "\(line)") }
  }

  @Test("limits and throttling are told where the node knows them")
  func limits() {
    for line in [
      "container_spec_memory_limit_bytes{\(a)} 1024", "container_spec_cpu_quota{\(a)} 5000",
      "container_cpu_cfs_periods_total{\(a)} 10.0",
      "container_cpu_cfs_throttled_periods_total{\(a)} 4.0",
      "container_cpu_cfs_throttled_seconds_total{\(a)} 0.5",
    ] { #expect(text.contains(line + "\n"), "\(line)") }
    #expect(!text.contains(#"cfs_periods_total{container="c-b""#))
  }

  @Test("where the runtime does not tell a container's limits, the pod does")
  func asked() throws {
    let pod = Pod(
      try Document(
        json:
          #"{"spec":{"containers":[{"name":"c","resources":{"limits":{"cpu":"50m","memory":"1Ki"}}}]}}"#
      ))
    let run = ContainerRecord(
      id: ContainerID("a"), name: "c", state: .running, createdAt: Timestamp(seconds: 1))
    let limits = ContainerDetails.Limits(of: run, in: pod)
    #expect(limits.memoryBytes == 1024 && limits.cpuShares == 51)
    #expect(limits.cpuQuotaMicroseconds == 5000 && limits.cpuPeriodMicroseconds == 100_000)
  }

  @Test("each interface of a pod tells both directions")
  func interfaces() {
    for (name, value) in [
      ("receive_bytes", 10), ("receive_packets", 20), ("receive_errors", 30),
      ("receive_packets_dropped", 40), ("transmit_bytes", 50), ("transmit_packets", 60),
      ("transmit_errors", 70), ("transmit_packets_dropped", 80),
    ] {
      let line = "container_network_\(name)_total\(network) \(value)\n"
      #expect(text.contains(line), "\(line)")
    }
    #expect(text.contains("machine_cpu_cores 2\n") && text.contains("machine_memory_bytes 4096\n"))
  }

  @Test("the loopback and lines of another form are no interfaces")
  func parsing() {
    let table = """
      Inter-|   Receive                                                |  Transmit
       face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs
          lo:  1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
        eth0:98765 2 0 0 0 0 0 0 9 10 11 12 13 14 15 16
        bad: 1 2
      """
    let found = InterfaceUsage.parse(Array(table.utf8))
    #expect(found.map(\.name) == ["eth0"])
    #expect(found[0].received.bytes == 98765 && found[0].transmitted.dropped == 12)
  }

  @Test("throttling is read in the form of either version of control groups")
  func throttling() {
    let old = CPUThrottling(Array("nr_periods 3\nnr_throttled 2\nthrottled_time 7000".utf8))
    #expect(old?.throttledNanoseconds == 7000)
    let new = CPUThrottling(Array("usage_usec 1\nnr_periods 3\nthrottled_usec 7".utf8))
    #expect(new?.throttledNanoseconds == 7000 && new?.throttledPeriods == 0)
    #expect(CPUThrottling(Array("nr_periods 0\nnr_throttled 0".utf8)) == nil)
  }
}
