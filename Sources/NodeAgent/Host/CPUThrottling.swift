import Foundations

/// How often a group with a CPU limit had to wait for the next period.
struct CPUThrottling: Equatable, Sendable {
  var periods: UInt64
  var throttledPeriods: UInt64
  var throttledNanoseconds: UInt64

  /// `nil` where there is no such group, or none whose CPU is limited.
  static func read(_ path: String, in layout: CgroupLayout) throws(FileError) -> CPUThrottling? {
    guard let directory = layout.directory(of: path, controller: "cpu") else { return nil }
    return try DurableFile.read("\(directory)/cpu.stat").flatMap { CPUThrottling($0) }
  }

  /// - Parameter statistics: of `cpu.stat`, in the form of either version of control groups.
  init?(_ statistics: [UInt8]) {
    let numbers = KeyedNumbers(statistics)
    guard let periods = numbers["nr_periods"], periods > 0 else { return nil }
    self.periods = periods
    throttledPeriods = numbers["nr_throttled"] ?? 0
    throttledNanoseconds =
      numbers["throttled_time"] ?? (numbers["throttled_usec"] ?? 0) * 1000
  }
}
