import Foundations
import Resources

extension Job {
  /// The pod of this Job for one completion index, or any where it has none.
  /// Source: Kubernetes documentation, "Jobs", "Completion mode".
  /// - Parameter failures: what its index has failed before, where the Job limits that by index.
  func pod(index: Int?, owner: OwnerIdentity, failures: IndexFailures? = nil) -> Document {
    var pod = PodControl.pod(from: spec.template, owner: owner)
    let finalizers = pod[path: "metadata", "finalizers"]?.elements.map { $0 } ?? []
    pod.set(
      Document(finalizers + [Document(JobPod.finalizer)]), at: ["metadata", "finalizers"])
    guard let index else { return pod }
    let text = Document(String(index))
    pod.set(Document("\(owner.key.name)-\(index)-"), at: ["metadata", "generateName"])
    pod.set(text, at: ["metadata", "annotations", JobPod.indexNote])
    for (name, value) in failures?.annotations ?? [:] {
      pod.set(Document(value), at: ["metadata", "annotations", name])
    }
    pod.set(text, at: ["metadata", "labels", JobPod.indexNote])
    if pod[path: "spec", "hostname"]?.string?.isEmpty ?? true {
      pod.set(Document("\(owner.key.name)-\(index)"), at: ["spec", "hostname"])
    }
    pod.edit("spec") { spec in
      for list in ["initContainers", "containers"] {
        spec.edit(list) { $0.editElements(Self.tellIndex) }
      }
    }
    return pod
  }

  /// A container learns its index from the environment, unless it sets the variable itself.
  private static func tellIndex(_ container: inout Document) {
    let variables = container["env"]?.elements.map { $0 } ?? []
    guard !variables.contains(where: { $0["name"]?.string == "JOB_COMPLETION_INDEX" }) else {
      return
    }
    let variable: Document = [
      "name": "JOB_COMPLETION_INDEX",
      "valueFrom": [
        "fieldRef": ["fieldPath": Document("metadata.labels['\(JobPod.indexNote)']")]
      ],
    ]
    container["env"] = Document(variables + [variable])
  }
}
