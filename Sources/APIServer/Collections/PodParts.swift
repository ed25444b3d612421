import Resources

/// What a pod's subresources change of it: everything else that a client sends through them is left
/// out. Pure.
enum PodParts {
  /// The containers' resources, and the pod's own.
  static func resized(_ old: Document, with sent: Document) -> Document {
    var result = old
    for list in ["containers", "initContainers"] {
      guard let containers = old[path: "spec", list] else { continue }
      let wished = (sent[path: "spec", list] ?? .emptyArray).elements
      let changed = containers.elements.map { container -> Document in
        guard let wish = wished.first(where: { $0["name"] == container["name"] }) else {
          return container
        }
        var container = container
        container["resources"] = wish["resources"]
        return container
      }
      result.set(Document(changed), at: ["spec", list])
    }
    result.set(sent[path: "spec", "resources"], at: ["spec", "resources"])
    return result
  }

  static func withEphemeralContainers(_ old: Document, of sent: Document) -> Document {
    var result = old
    result.set(
      sent[path: "spec", "ephemeralContainers"], at: ["spec", "ephemeralContainers"])
    return result
  }
}
