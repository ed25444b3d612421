import Foundations
package import Resources

/// Fills in the requests and limits that a namespace's limit ranges give by default, and refuses
/// what lies outside of them.
/// Source: Kubernetes documentation, "Limit Ranges".
package struct LimitRanger: AdmissionPlugin {
  private let ranges: @Sendable (_ namespace: String) -> [Document]

  package init(ranges: @escaping @Sendable (_ namespace: String) -> [Document]) {
    self.ranges = ranges
  }

  package func admit(_ object: inout Document, _ write: AdmissionWrite) throws(APIError) {
    let isPod = write.resource == .pods
    guard isPod || write.resource == .persistentVolumeClaims, write.operation != .delete,
      let namespace = write.namespace
    else { return }
    // A pod's resources change only through `resize` once it is there.
    let isResize = write.subresource == "resize"
    guard write.subresource == nil || isResize else { return }
    if isPod && write.operation == .update && !isResize { return }
    let limits = ranges(namespace).flatMap {
      $0[path: "spec", "limits"]?.elements.map { LimitRangeItem($0) } ?? []
    }
    guard !limits.isEmpty else { return }
    if isPod && write.operation == .create { fillIn(&object, limits) }
    let problems = isPod ? problems(ofPod: object, limits) : problems(ofClaim: object, limits)
    guard !problems.isEmpty else { return }
    let text = problems.count == 1 ? problems[0] : "[\(problems.joined(separator: ", "))]"
    throw .forbidden(write.resource, write.name, text)
  }

  // MARK: Defaults

  private func fillIn(_ pod: inout Document, _ limits: [LimitRangeItem]) {
    var requests = ResourceList()
    var maxima = ResourceList()
    for item in limits where item.type == "Container" {
      requests.amounts.merge(item.defaultRequest.amounts) { first, _ in first }
      maxima.amounts.merge(item.defaultLimit.amounts) { first, _ in first }
    }
    guard !requests.isEmpty || !maxima.isEmpty else { return }
    var notes: [String] = []
    for (list, noun) in [("initContainers", "init container"), ("containers", "container")] {
      guard let containers = pod[path: "spec", list], !containers.isEmpty else { continue }
      let filled = containers.elements.map { container in
        var container = container
        let name = container["name"]?.string ?? ""
        for (part, wanted, word) in [
          ("requests", requests, "request"), ("limits", maxima, "limit"),
        ] {
          let stated = container[path: "resources", part]?.members.map(\.name) ?? []
          let added = wanted.amounts.keys.filter { !stated.contains($0) }.sorted()
          for resource in added {
            container.set(
              Document(wanted[resource].description), at: ["resources", part, resource])
          }
          if !added.isEmpty {
            notes.append("\(added.joined(separator: ", ")) \(word) for \(noun) \(name)")
          }
        }
        return container
      }
      pod.set(Document(filled), at: ["spec", list])
    }
    guard !notes.isEmpty else { return }
    pod.set(
      Document("LimitRanger plugin set: " + notes.joined(separator: "; ")),
      at: ["metadata", "annotations", "kubernetes.io/limit-ranger"])
  }

  // MARK: Bounds

  private func problems(ofPod pod: Document, _ limits: [LimitRangeItem]) -> [String] {
    let containers = ["containers", "initContainers"].flatMap {
      pod[path: "spec", $0]?.elements.map { $0 } ?? []
    }
    return limits.flatMap { item -> [String] in
      switch item.type {
      case "Container":
        return containers.flatMap { container in
          item.problems(
            requests: ResourceList(container[path: "resources", "requests"]),
            limits: ResourceList(container[path: "resources", "limits"]))
        }
      case "Pod":
        return item.problems(
          requests: ResourceList(podSpec: pod["spec"], "requests"),
          limits: ResourceList(podSpec: pod["spec"], "limits"))
      default: return []
      }
    }
  }

  private func problems(ofClaim claim: Document, _ limits: [LimitRangeItem]) -> [String] {
    let requests = ResourceList(claim[path: "spec", "resources", "requests"])
    return limits.filter { $0.type == "PersistentVolumeClaim" }.flatMap {
      $0.problems(requests: requests, limits: nil)
    }
  }
}

/// One entry of a limit range.
struct LimitRangeItem {
  let type: String
  let min: ResourceList
  let max: ResourceList
  let defaultLimit: ResourceList
  let defaultRequest: ResourceList
  let maxRatio: ResourceList

  init(_ item: Document) {
    type = item["type"]?.string ?? ""
    min = ResourceList(item["min"])
    max = ResourceList(item["max"])
    defaultLimit = ResourceList(item["default"])
    defaultRequest = ResourceList(item["defaultRequest"])
    maxRatio = ResourceList(item["maxLimitRequestRatio"])
  }

  /// - Parameter limits: `nil` for what has none, such as claims.
  func problems(requests: ResourceList, limits: ResourceList?) -> [String] {
    var found: [String] = []
    for (name, bound) in min.amounts.sorted(by: { $0.key < $1.key }) {
      let start = "minimum \(name) usage per \(type) is \(bound)"
      guard let request = requests.amounts[name] else {
        found.append("\(start).  No request is specified")
        continue
      }
      if request < bound { found.append("\(start), but request is \(request)") }
      if let limit = limits?.amounts[name], limit < bound {
        found.append("\(start), but limit is \(limit)")
      }
    }
    for (name, bound) in max.amounts.sorted(by: { $0.key < $1.key }) {
      let start = "maximum \(name) usage per \(type) is \(bound)"
      if let limits {
        if let limit = limits.amounts[name] {
          if limit > bound { found.append("\(start), but limit is \(limit)") }
        } else {
          found.append("\(start).  No limit is specified")
        }
      }
      if let request = requests.amounts[name], request > bound {
        found.append("\(start), but request is \(request)")
      }
    }
    for (name, bound) in maxRatio.amounts.sorted(by: { $0.key < $1.key }) {
      found += ratioProblem(name, bound, requests[name], limits?[name] ?? .zero)
    }
    return found
  }

  private func ratioProblem(
    _ name: String, _ bound: Quantity, _ request: Quantity, _ limit: Quantity
  ) -> [String] {
    let start = "\(name) max limit to request ratio per \(type) is \(bound)"
    if request.isZero { return ["\(start), but no request is specified or request is 0"] }
    if limit.isZero { return ["\(start), but no limit is specified or limit is 0"] }
    let ratio = Double(limit.milliValue) / Double(request.milliValue)
    guard ratio > Double(bound.milliValue) / 1000 else { return [] }
    return ["\(start), but provided ratio is \(Self.text(ratio))"]
  }

  /// Six digits behind the point, as the rest of the field prints ratios.
  private static func text(_ ratio: Double) -> String {
    let millionths = Int((ratio * 1_000_000).rounded())
    let digits = String(millionths % 1_000_000)
    let zeros = String(repeating: "0", count: 6 - digits.count)
    return "\(millionths / 1_000_000).\(zeros)\(digits)"
  }
}
