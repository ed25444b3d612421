import Foundations
import Resources
import Testing

@testable import NodeAgent

@Suite("What a node has left, and what follows for its conditions")
struct PressureTests {
  private let thresholds = [
    EvictionThreshold(.nodefsAvailable, .percentage(10)),
    EvictionThreshold(.memoryAvailable, .amount(Quantity(100))),
  ]

  private func readings(memory: Int = 1000, disk: Int = 500) -> SignalReadings {
    SignalReadings([
      .memoryAvailable: .init(available: memory, of: 1000),
      .nodefsAvailable: .init(available: disk, of: 1000),
    ])
  }

  @Test("a threshold is passed below it and not at it")
  func boundary() {
    #expect(readings(memory: 100, disk: 100).breaches(of: thresholds).isEmpty)
    #expect(readings(disk: 99).breaches(of: thresholds).map(\.signal) == [.nodefsAvailable])
    #expect(readings(memory: 99).breaches(of: thresholds).map(\.least) == [100])
  }

  @Test("memory is the first to be relieved, whatever the order of the thresholds")
  func order() {
    #expect(
      readings(memory: 1, disk: 1).breaches(of: thresholds).map(\.signal)
        == [.memoryAvailable, .nodefsAvailable])
  }

  @Test("what is not measured passes no threshold")
  func unknown() {
    let inodes = [EvictionThreshold(.imagefsInodesFree, .percentage(5))]
    #expect(readings().breaches(of: inodes).isEmpty)
  }

  @Test("blocks that are kept for root count neither as free nor as a part of the disk")
  func reserved() {
    let disk = FileSystemUsage(
      capacityBytes: 1000, availableBytes: 100, reservedBytes: 600, inodes: 0, inodesFree: 0)
    let memory = HostUsage(
      memoryInformation: Array("MemTotal: 4 kB\nMemFree: 1 kB\nInactive(file): 1 kB\n".utf8),
      statistics: [], memoryStatistics: [], ticksPerSecond: 1, processCount: 0)
    let readings = SignalReadings(
      nodeFiles: disk, imageFiles: nil, sharesFileSystem: true, memory: memory,
      memoryCapacity: 4096, processCount: 30, processesMax: 100)
    #expect(readings.readings[.nodefsAvailable] == .init(available: 100, of: 400))
    #expect(readings.readings[.nodefsInodesFree] == nil)
    #expect(readings.readings[.imagefsAvailable] == nil)
    #expect(readings.readings[.memoryAvailable] == .init(available: 2048, of: 4096))
    #expect(readings.readings[.pidAvailable] == .init(available: 70, of: 100))
  }

  @Test("the kernel tells how many threads there are")
  func processes() {
    #expect(SignalSource.processCount(Array("0.20 0.18 0.12 1/80 11206\n".utf8)) == 80)
    #expect(SignalSource.processCount([]) == 0)
  }

  @Test("this machine can be measured")
  func real() throws {
    let readings = try SignalSource(nodeDirectory: "/").read(imageDirectory: "/tmp").readings
    for signal in [
      EvictionSignal.memoryAvailable, .nodefsAvailable, .imagefsAvailable, .pidAvailable,
    ] {
      let reading = try #require(readings[signal])
      #expect(reading.available > 0 && reading.available <= reading.capacity)
    }
  }

  @Test("a condition stands for the transition period after its cause was last seen")
  func transition() {
    var policy = PressurePolicy()
    policy.thresholds = thresholds
    var history = PressureHistory(policy: policy)
    #expect(history.observe(readings(), now: .at(0)).isEmpty && history.causes.isEmpty)
    #expect(history.observe(readings(disk: 1), now: .at(10)).count == 1)
    #expect(history.causes == [.disk: "nodefs.available is below 10%"])
    _ = history.observe(readings(disk: 50), now: .at(20))
    #expect(history.observe(readings(), now: .at(319)).isEmpty)
    #expect(history.causes.keys.map(\.self) == [.disk])
    _ = history.observe(readings(), now: .at(320))
    #expect(history.causes.isEmpty)
  }

  @Test("the Node tells of each pressure in upstream's words, with the threshold that was passed")
  func conditions() throws {
    var description = NodeDescription(
      name: "a", addresses: [], facts: .read(dataDirectory: "/"), runtimeVersion: "", version: "",
      servingPort: 1, podsMax: 1, problem: nil)
    let calm = description.status(after: nil, now: .at(0))
    description.pressures = [.disk: "nodefs.available is below 10%"]
    let full = description.status(after: calm, now: .at(60))
    func words(_ status: Document) -> [String] {
      status["conditions"]?.elements.map { condition in
        ["type", "status", "reason", "message"].compactMap { condition[$0]?.string }
          .joined(separator: " ")
      } ?? []
    }
    #expect(
      words(calm) == [
        "MemoryPressure False KubeletHasSufficientMemory kubelet has sufficient memory available",
        "DiskPressure False KubeletHasNoDiskPressure kubelet has no disk pressure",
        "PIDPressure False KubeletHasSufficientPID kubelet has sufficient PID available",
        "Ready True KubeletReady kubelet is posting ready status",
      ])
    #expect(
      words(full)[1] == "DiskPressure True KubeletHasDiskPressure kubelet has disk pressure: "
        + "nodefs.available is below 10%")
    let disk = try #require(full["conditions"]?.elements.first { $0["type"] == "DiskPressure" })
    #expect(disk["lastTransitionTime"]?.string == Timestamp.at(60).description)
    #expect(NodePressure.disk.eventReason(holds: true) == "NodeHasDiskPressure")
    #expect(NodePressure.memory.eventReason(holds: false) == "NodeHasSufficientMemory")
  }

  @Test("whoever keeps the Node is woken by a change, and only by one")
  func woken() {
    let changed = AsyncSignal()
    let pressure = CurrentPressure(changed: changed)
    pressure.set([:])
    #expect(pressure.causes.isEmpty)
    pressure.set([.disk: "full"])
    #expect(pressure.causes == [.disk: "full"])
  }
}
