import Foundations

/// How much a node has left of what it can run short of. Pure.
struct SignalReadings: Equatable, Sendable {
  /// In bytes, inodes or processes.
  struct Reading: Equatable, Sendable {
    var available: Int
    var capacity: Int

    init(available: Int, of capacity: Int) {
      self.available = available
      self.capacity = capacity
    }
  }

  private(set) var readings: [EvictionSignal: Reading] = [:]
  /// Whether volumes, logs, images and what containers write are all on one file system.
  let sharesFileSystem: Bool

  init(_ readings: [EvictionSignal: Reading], sharesFileSystem: Bool = true) {
    self.readings = readings
    self.sharesFileSystem = sharesFileSystem
  }

  /// - Parameters:
  ///   - nodeFiles: where volumes and logs are.
  ///   - imageFiles: where images are; `nil` where the runtime has not told yet.
  ///   - memory: what the host uses.
  ///   - memoryCapacity: bytes.
  ///   - processesMax: what the kernel allows.
  init(
    nodeFiles: FileSystemUsage, imageFiles: FileSystemUsage?, sharesFileSystem: Bool,
    memory: HostUsage, memoryCapacity: Int, processCount: Int, processesMax: Int
  ) {
    self.sharesFileSystem = sharesFileSystem
    readings[.memoryAvailable] = Reading(
      available: Int(clamping: memory.availableMemoryBytes), of: memoryCapacity)
    readings[.pidAvailable] = Reading(
      available: max(0, processesMax - processCount), of: processesMax)
    take(nodeFiles, .nodefsAvailable, .nodefsInodesFree)
    if let imageFiles { take(imageFiles, .imagefsAvailable, .imagefsInodesFree) }
  }

  /// Parts are of what can be used: blocks that are kept for root are no part of what pods could
  /// ever have. Kubelet counts them, so that a disk with many is short of room from the start.
  private mutating func take(
    _ usage: FileSystemUsage, _ bytes: EvictionSignal, _ inodes: EvictionSignal
  ) {
    readings[bytes] = Reading(
      available: Int(clamping: usage.availableBytes), of: Int(clamping: usage.usableBytes))
    // Some file systems have no table of inodes that could fill: btrfs says 0.
    guard usage.inodes > 0 else { return }
    readings[inodes] = Reading(
      available: Int(clamping: usage.inodesFree), of: Int(clamping: usage.inodes))
  }

  /// The thresholds that are passed now, the most urgent first.
  func breaches(of thresholds: [EvictionThreshold]) -> [ThresholdBreach] {
    EvictionSignal.allCases.compactMap { signal in
      guard let threshold = thresholds.first(where: { $0.signal == signal }),
        let reading = readings[signal]
      else { return nil }
      let least = threshold.amount(of: reading.capacity)
      guard reading.available < least else { return nil }
      return ThresholdBreach(threshold: threshold, least: least, available: reading.available)
    }
  }
}

/// A threshold that a node has passed.
struct ThresholdBreach: Equatable, Sendable {
  let threshold: EvictionThreshold
  /// What must be left, and what is.
  let least: Int
  let available: Int

  var signal: EvictionSignal { threshold.signal }

  /// `500Mi` for bytes, a number for the rest.
  static func text(_ amount: Int, of signal: EvictionSignal) -> String {
    switch signal {
    case .memoryAvailable, .nodefsAvailable, .imagefsAvailable:
      // Whole Ki: nobody needs the bytes beyond.
      Quantity(amount >= 1024 ? amount & ~1023 : amount, format: .binarySI).description
    case .nodefsInodesFree, .imagefsInodesFree, .pidAvailable: "\(amount)"
    }
  }
}
