extension Document {
  /// The same object with `metadata.resourceVersion` set, in arrays of exactly the size needed.
  ///
  /// Every committed object passes here once, so it costs two copies of memory and no walk.
  package func withResourceVersion(_ version: String) -> Document {
    let metadata = child(named: "metadata")
    guard metadata != 0, nodes[metadata].kind == .object else {
      var copy = self
      copy.set(["resourceVersion": Document(version)], at: ["metadata"])
      return copy
    }
    var copy = self
    // A shared array copies to the capacity asked for: no slack stays with a long-lived object.
    copy.nodes.reserveCapacity(nodes.count + 1)
    copy.text.reserveCapacity(text.count + "resourceVersion".utf8.count + version.utf8.count)
    copy.index = metadata
    copy.setMember("resourceVersion", Document(version))
    copy.index = index
    return copy
  }
}
