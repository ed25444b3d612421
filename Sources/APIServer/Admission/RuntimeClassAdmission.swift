import Foundations
package import Resources

/// Gives pods what their runtime class asks for: its overhead, and where and despite which taints it
/// runs. Source: Kubernetes documentation, "Runtime Class", "Pod Overhead".
package struct RuntimeClassAdmission: AdmissionPlugin {
  private let runtimeClass: @Sendable (_ name: String) -> Document?

  package init(runtimeClass: @escaping @Sendable (_ name: String) -> Document?) {
    self.runtimeClass = runtimeClass
  }

  package func admit(_ pod: inout Document, _ write: AdmissionWrite) throws(APIError) {
    guard write.resource == .pods, write.operation == .create, write.subresource == nil else {
      return
    }
    let name = pod[path: "spec", "runtimeClassName"]?.string ?? ""
    var found: Document?
    if !name.isEmpty {
      found = runtimeClass(name)
      guard found != nil else {
        throw .forbidden(.pods, write.name, "pod rejected: RuntimeClass \"\(name)\" not found")
      }
    }
    try addOverhead(found?[path: "overhead", "podFixed"], to: &pod, write)
    if let scheduling = found?["scheduling"] { try narrow(&pod, to: scheduling, write) }
  }

  private func addOverhead(_ overhead: Document?, to pod: inout Document, _ write: AdmissionWrite)
    throws(APIError)
  {
    let stated = pod[path: "spec", "overhead"]
    guard let overhead, !overhead.isEmpty else {
      if stated?.isEmpty ?? true { return }
      throw .forbidden(
        .pods, write.name,
        "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead")
    }
    if let stated, !stated.isEmpty, !Self.amountsAgree(stated, overhead) {
      throw .forbidden(
        .pods, write.name,
        "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead")
    }
    pod.set(overhead, at: ["spec", "overhead"])
  }

  /// Whether both name the same resources in the same amounts, however these are written.
  private static func amountsAgree(_ one: Document, _ other: Document) -> Bool {
    one.count == other.count
      && one.members.allSatisfy { name, amount in
        guard let text = amount.string, let otherText = other[name]?.string else { return false }
        // What is no amount is refused by validation; here it only agrees with itself.
        guard let amount = try? Quantity(parsing: text),
          let otherAmount = try? Quantity(parsing: otherText)
        else { return text == otherText }
        return amount == otherAmount
      }
  }

  private func narrow(_ pod: inout Document, to scheduling: Document, _ write: AdmissionWrite)
    throws(APIError)
  {
    var selector = pod[path: "spec", "nodeSelector"] ?? .emptyObject
    for (label, value) in (scheduling["nodeSelector"] ?? .emptyObject).members {
      if let own = selector[label], own != value {
        throw .forbidden(
          .pods, write.name,
          "conflict: runtimeClass.scheduling.nodeSelector[\(label)] = \(value.string ?? ""); "
            + "pod.spec.nodeSelector[\(label)] = \(own.string ?? "")")
      }
      selector[label] = value
    }
    if !selector.isEmpty { pod.set(selector, at: ["spec", "nodeSelector"]) }
    let added = scheduling["tolerations"] ?? .emptyArray
    if added.isEmpty { return }
    let own = pod[path: "spec", "tolerations"]?.elements.map { $0 } ?? []
    pod.set(
      Document(own + added.elements.filter { !own.contains($0) }), at: ["spec", "tolerations"])
  }
}
