import Foundations
import Resources

/// How many pods the use of a resource asks for. Pure.
/// Source: Kubernetes documentation, "Horizontal Pod Autoscaling", "Algorithm details".
struct UsageReplicas: Equatable, Sendable {
  var replicas: Int
  /// Thousandths, of the pods that count, on average.
  var averageUsage: Int
  /// Percent of what the pods ask for; `nil` where the target is no share.
  var utilization: Int?

  /// What a pod used; thousandths.
  struct PodUsage: Equatable, Sendable {
    var value: Int
    var time: Timestamp
    var window: Duration
  }

  enum Target: Equatable, Sendable {
    /// Percent of the pods' requests.
    case utilization(Int)
    /// Thousandths.
    case averageValue(Int)
  }

  enum Failure: Error, Equatable, CustomStringConvertible {
    case noPods
    case noMetrics
    case noRequest(resource: String, container: String, pod: String)

    var description: String {
      switch self {
      case .noPods: "no pods returned by selector while calculating replica count"
      case .noMetrics: "did not receive metrics for targeted pods (pods might be unready)"
      case .noRequest(let resource, let container, let pod):
        "missing request for \(resource) in container \(container) of Pod \(pod)"
      }
    }
  }

  /// - Parameters:
  ///   - resource: `cpu`, `memory`.
  ///   - container: the one that counts; `nil` for all of a pod.
  ///   - usage: by the names of pods.
  init(
    current: Int, _ target: Target, resource: String, container: String? = nil, pods: [Pod],
    usage: [String: PodUsage], tolerance: ScalingTolerance, now: Timestamp
  ) throws(Failure) {
    if pods.isEmpty { throw .noPods }
    let groups = PodGroups(pods, usage, isProcessor: resource == "cpu", now)
    var counted = usage.mapValues(\.value).filter { groups.ready.contains($0.key) }
    if counted.isEmpty { throw .noMetrics }
    var requests: [String: Int] = [:]
    if case .utilization = target {
      requests = try Self.requests(of: pods, resource, container)
    }
    let first = try Self.measure(counted, target, requests)
    averageUsage = first.average
    utilization = first.utilization
    replicas = current

    let wantsMore = !groups.unready.isEmpty && first.ratio > 1
    if !wantsMore && groups.missing.isEmpty {
      if !tolerance.covers(first.ratio) {
        replicas = Self.roundedUp(first.ratio * Double(groups.ready.count))
      }
      return
    }
    // What is not known is taken to be what would change least.
    for name in groups.missing {
      if first.ratio < 1 {
        counted[name] = Self.full(name, target, requests)
      } else if first.ratio > 1 {
        counted[name] = 0
      }
    }
    if wantsMore { for name in groups.unready { counted[name] = 0 } }
    let second = try Self.measure(counted, target, requests)
    let turns = first.ratio < 1 && second.ratio > 1 || first.ratio > 1 && second.ratio < 1
    if turns || tolerance.covers(second.ratio) { return }
    let wanted = Self.roundedUp(second.ratio * Double(counted.count))
    if second.ratio < 1 && wanted > current || second.ratio > 1 && wanted < current { return }
    replicas = wanted
  }

  private typealias Measure = (ratio: Double, average: Int, utilization: Int?)

  private static func measure(_ usage: [String: Int], _ target: Target, _ requests: [String: Int])
    throws(Failure) -> Measure
  {
    switch target {
    case .averageValue(let wanted):
      let average = usage.values.reduce(0, +) / usage.count
      return (Double(average) / Double(max(1, wanted)), average, nil)
    case .utilization(let wanted):
      let known = usage.filter { requests[$0.key] != nil }
      let used = known.values.reduce(0, +)
      let asked = known.keys.reduce(0) { $0 + (requests[$1] ?? 0) }
      guard asked > 0 else { throw .noMetrics }
      let share = used * 100 / asked
      return (Double(share) / Double(max(1, wanted)), used / known.count, share)
    }
  }

  private static func full(_ name: String, _ target: Target, _ requests: [String: Int]) -> Int {
    switch target {
    case .averageValue(let wanted): wanted
    case .utilization(let wanted): (requests[name] ?? 0) * max(100, wanted) / 100
    }
  }

  private static func roundedUp(_ value: Double) -> Int {
    Int(min(value.rounded(.up), Double(Int32.max)))
  }

  private static func requests(of pods: [Pod], _ resource: String, _ container: String?)
    throws(Failure) -> [String: Int]
  {
    var result: [String: Int] = [:]
    for pod in pods {
      let name = pod.metadata.name ?? ""
      if container == nil, let whole = pod.document[path: "spec", "resources", "requests"],
        let amount = ResourceList(whole).amounts[resource]
      {
        result[name] = amount.milliValue
        continue
      }
      result[name] = try request(of: pod, name, resource, container)
    }
    return result
  }

  private static func request(
    of pod: Pod, _ name: String, _ resource: String, _ container: String?
  ) throws(Failure) -> Int {
    let spec = pod.document["spec"]
    let sidecars = (spec?["initContainers"]?.elements.map { $0 } ?? [])
      .filter { $0["restartPolicy"]?.string == "Always" }
    var sum = 0
    for each in (spec?["containers"]?.elements.map { $0 } ?? []) + sidecars {
      let own = each["name"]?.string ?? ""
      if let container, own != container { continue }
      guard let amount = ResourceList(each[path: "resources", "requests"]).amounts[resource] else {
        throw .noRequest(resource: resource, container: own, pod: name)
      }
      sum += amount.milliValue
    }
    return sum
  }
}
