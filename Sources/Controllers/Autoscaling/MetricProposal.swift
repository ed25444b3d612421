import Foundations
import Resources

/// What one of an autoscaler's metrics asks for. Pure.
enum MetricProposal: Equatable, Sendable {
  /// - `name`: as events name the metric; `status`: what the autoscaler's status says of it.
  case replicas(Int, name: String, status: Document)
  case unknown(reason: String, why: String)

  /// What a pod's containers used, as the resource metrics API tells it.
  struct PodMetrics: Equatable, Sendable {
    var time: Timestamp
    var window: Duration
    var containers: [String: ResourceList]
  }

  /// What there is to go by.
  struct Facts {
    var current: Int
    var pods: [Pod]
    /// By the names of pods; the message of what went wrong where nobody can tell.
    var usage: Result<[String: PodMetrics], Unreadable>
    var tolerance: ScalingTolerance
    var now: Timestamp
  }

  struct Unreadable: Error, Equatable {
    let message: String
  }

  init(_ metric: MetricSpec, _ facts: Facts) {
    switch metric.type {
    case "Resource":
      let source = metric.resource?.document ?? .emptyObject
      self = Self.resource(source, container: nil, facts)
    case "ContainerResource":
      let source = metric.containerResource?.document ?? .emptyObject
      self = Self.resource(source, container: source["container"]?.string ?? "", facts)
    case "Pods":
      self = Self.unserved("Pods", "metric", metric.pods?.metric.name, api: "custom")
    case "Object":
      self = Self.unserved("Object", "metric", metric.object?.metric.name, api: "custom")
    case "External":
      self = Self.unserved(
        "External", "external metric", metric.external?.metric.name, api: "external")
    default:
      self = .unknown(
        reason: "InvalidMetricSourceType", why: "unknown metric source type \"\(metric.type)\"")
    }
  }

  /// Metrics that only an API server of somebody else tells, which there is none of.
  private static func unserved(_ type: String, _ what: String, _ name: String?, api: String) -> Self
  {
    .unknown(
      reason: "FailedGet\(type)Metric",
      why: "unable to get \(what) \(name ?? ""): unable to fetch metrics from \(api) metrics API: "
        + "the server could not find the requested resource (\(api).metrics.k8s.io)")
  }

  // MARK: Resources

  private static func resource(_ source: Document, container: String?, _ facts: Facts) -> Self {
    let name = source["name"]?.string ?? ""
    let kind = container == nil ? "Resource" : "ContainerResource"
    let reason = "FailedGet\(kind)Metric"
    guard let target = target(of: source) else {
      return .unknown(
        reason: reason,
        why: "invalid resource metric source: neither an average utilization target nor an average "
          + "value (usage) target was set")
    }
    let isShare = if case .utilization = target { true } else { false }
    let failure = "failed to get \(name) \(isShare ? "utilization" : "usage"): "
    do throws(Unreadable) {
      let usage = try usage(of: name, container, facts)
      let result: UsageReplicas
      do throws(UsageReplicas.Failure) {
        result = try UsageReplicas(
          current: facts.current, target, resource: name, container: container, pods: facts.pods,
          usage: usage, tolerance: facts.tolerance, now: facts.now)
      } catch {
        throw Unreadable(message: error.description)
      }
      var status: Document = ["name": Document(name)]
      if let container { status["container"] = Document(container) }
      status["current"] = current(result, name)
      let member = container == nil ? "resource" : "containerResource"
      let words = container == nil ? "resource" : "container resource"
      return .replicas(
        result.replicas,
        name: isShare ? "\(name) \(words) utilization (percentage of request)" : "\(name) resource",
        status: ["type": Document(kind), member: status])
    } catch {
      return .unknown(reason: reason, why: failure + error.message)
    }
  }

  private static func target(of source: Document) -> UsageReplicas.Target? {
    let target = MetricTarget(source["target"] ?? .emptyObject)
    if let value = target.averageValue { return .averageValue(value.milliValue) }
    return target.averageUtilization.map { .utilization($0) }
  }

  private static func current(_ result: UsageReplicas, _ resource: String) -> Document {
    var current = Document.emptyObject
    if let utilization = result.utilization {
      current["averageUtilization"] = Document(utilization)
    }
    let average =
      resource == "memory"
      ? Quantity(result.averageUsage / 1000, format: .binarySI)
      : Quantity(milli: result.averageUsage)
    current["averageValue"] = Document(average.description)
    return current
  }

  /// What each pod used of a resource. Pods of which a part is not known are left out.
  private static func usage(of resource: String, _ container: String?, _ facts: Facts)
    throws(Unreadable) -> [String: UsageReplicas.PodUsage]
  {
    let prefix = "unable to get metrics for resource \(resource): "
    let all: [String: PodMetrics]
    do throws(Unreadable) {
      all = try facts.usage.get()
    } catch {
      throw Unreadable(
        message: prefix + "unable to fetch metrics from resource metrics API: \(error.message)")
    }
    if all.isEmpty {
      throw Unreadable(message: prefix + "no metrics returned from resource metrics API")
    }
    var result: [String: UsageReplicas.PodUsage] = [:]
    for (name, metrics) in all {
      let parts = container.map { name in metrics.containers.filter { $0.key == name } }
      let amounts = (parts ?? metrics.containers).values.map { $0.amounts[resource] }
      guard !amounts.isEmpty, !amounts.contains(nil) else { continue }
      result[name] = UsageReplicas.PodUsage(
        value: amounts.reduce(0) { $0 + ($1?.milliValue ?? 0) }, time: metrics.time,
        window: metrics.window)
    }
    return result
  }
}

extension MetricProposal.PodMetrics {
  /// - Parameter object: a `PodMetrics` of the resource metrics API; `nil` where it does not say when
  ///   it was measured.
  init?(_ object: Document) {
    guard let time = Timestamp(object["timestamp"]?.string ?? "") else { return nil }
    self.time = time
    // The API server writes a window in seconds, with three places: "15.002s".
    let seconds = Double(object["window"]?.string?.dropLast() ?? "") ?? 0
    window = .milliseconds(Int((min(max(seconds, 0), 86_400) * 1000).rounded()))
    containers = [:]
    for container in object["containers"]?.elements.map({ $0 }) ?? [] {
      containers[container["name"]?.string ?? ""] = ResourceList(container["usage"])
    }
  }
}
