package import Foundations

/// Amounts by the name of what they are of: `requests.cpu`, `pods`, `count/jobs.batch`.
package struct ResourceList: Equatable, Sendable {
  package var amounts: [String: Quantity]

  package init(_ amounts: [String: Quantity] = [:]) { self.amounts = amounts }

  /// Reads a map of quantities, as `requests`, `limits` and `hard` are. What cannot be read counts
  /// as nothing: validation has refused it before it was stored.
  package init(_ document: Document?) {
    amounts = [:]
    for (name, value) in document?.members.map({ $0 }) ?? [] {
      guard let text = value.string ?? value.integer.map({ String($0) }) else { continue }
      amounts[name] = try? Quantity(parsing: text)  // unreadable: see above
    }
  }

  package subscript(name: String) -> Quantity { amounts[name] ?? .zero }
  package var isEmpty: Bool { amounts.isEmpty }
  package var names: Set<String> { Set(amounts.keys) }

  package static func += (left: inout Self, right: Self) {
    left.amounts.merge(right.amounts) { $0 + $1 }
  }

  package static func - (left: Self, right: Self) -> Self {
    var result = left
    for (name, amount) in right.amounts { result.amounts[name] = left[name] - amount }
    return result
  }

  /// The greater of both, name by name.
  package func union(_ other: Self) -> Self {
    Self(amounts.merging(other.amounts) { max($0, $1) })
  }

  package func filtered(_ isKept: (String) -> Bool) -> Self {
    Self(amounts.filter { isKept($0.key) })
  }

  package var document: Document {
    var result = Document.emptyObject
    for name in amounts.keys.sorted() { result[name] = Document(self[name].description) }
    return result
  }

  /// `cpu=1,pods=2`, sorted by name.
  package var text: String {
    amounts.keys.sorted().map { "\($0)=\(self[$0])" }.joined(separator: ",")
  }
}

extension ResourceList {
  /// What a pod's containers ask for together: their sum with the sidecars', or what the largest
  /// init container takes beside the sidecars that run by then; with the pod's overhead.
  /// - Parameter part: `requests` or `limits`.
  /// Source: Kubernetes documentation, "Init Containers", "Resource sharing within containers".
  package init(podSpec: Document?, _ part: String) {
    func amounts(_ container: Document) -> ResourceList {
      ResourceList(container[path: "resources", part])
    }
    var total = ResourceList()
    for container in podSpec?["containers"]?.elements.map({ $0 }) ?? [] {
      total += amounts(container)
    }
    var sidecars = ResourceList()
    var startup = ResourceList()
    for container in podSpec?["initContainers"]?.elements.map({ $0 }) ?? [] {
      if container["restartPolicy"]?.string == "Always" {
        sidecars += amounts(container)
        startup = startup.union(sidecars)
      } else {
        var both = sidecars
        both += amounts(container)
        startup = startup.union(both)
      }
    }
    total += sidecars
    total = total.union(startup)
    let overhead = ResourceList(podSpec?["overhead"])
    for (name, amount) in overhead.amounts where part == "requests" || !total[name].isZero {
      total.amounts[name] = total[name] + amount
    }
    self = total
  }
}
