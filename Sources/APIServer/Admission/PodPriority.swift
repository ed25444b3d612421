package import Resources

/// Turns the name of a pod's priority class into its number.
/// Source: Kubernetes documentation, "Pod Priority and Preemption".
package struct PodPriority: AdmissionPlugin {
  private let priorityClasses: @Sendable () -> [Document]

  package init(priorityClasses: @escaping @Sendable () -> [Document]) {
    self.priorityClasses = priorityClasses
  }

  package func admit(_ pod: inout Document, _ write: AdmissionWrite) throws(APIError) {
    guard write.resource == .pods, write.subresource == nil else { return }
    switch write.operation {
    case .create: try choose(for: &pod, write)
    case .update: Self.keep(of: write.old, in: &pod)
    case .delete, .connect: break
    }
  }

  /// An update that leaves out what was chosen at the pod's creation gets it back.
  private static func keep(of old: Document?, in pod: inout Document) {
    for member in ["priority", "preemptionPolicy"] where pod[path: "spec", member] == nil {
      guard let chosen = old?[path: "spec", member] else { continue }
      pod.set(chosen, at: ["spec", member])
    }
  }

  private func choose(for pod: inout Document, _ write: AdmissionWrite) throws(APIError) {
    let wanted = pod[path: "spec", "priorityClassName"]?.string ?? ""
    let chosen: Document?
    if wanted.isEmpty {
      chosen = priorityClasses().filter { $0["globalDefault"]?.bool == true }
        .min { ($0["value"]?.integer ?? 0) < ($1["value"]?.integer ?? 0) }
    } else {
      chosen = priorityClasses().first { $0[path: "metadata", "name"]?.string == wanted }
      if chosen == nil {
        throw .forbidden(
          .pods, write.name, "no PriorityClass with name \(wanted) was found")
      }
    }
    let value = chosen?["value"]?.integer ?? 0
    if let stated = pod[path: "spec", "priority"]?.integer, stated != value {
      throw .forbidden(
        .pods, write.name,
        "the integer value of priority (\(stated)) must not be provided in pod spec; "
          + "priority admission controller computed \(value) from the given PriorityClass name")
    }
    if let chosen, wanted.isEmpty {
      pod.set(chosen[path: "metadata", "name"], at: ["spec", "priorityClassName"])
    }
    pod.set(Document(value), at: ["spec", "priority"])
    if pod[path: "spec", "preemptionPolicy"] == nil {
      pod.set(
        chosen?["preemptionPolicy"] ?? "PreemptLowerPriority", at: ["spec", "preemptionPolicy"])
    }
  }
}
