extension Document {
  /// The same object with `metadata.resourceVersion` set, in arrays of exactly the size needed.
  ///
  /// Every committed object passes here once, so it costs two copies of memory and no walk.
  package func withResourceVersion(_ version: String) -> Document {
    let metadata = child(named: "metadata")
    guard metadata != 0, arena.nodes[metadata].kind == .object else {
      var copy = self
      copy.set(["resourceVersion": Document(version)], at: ["metadata"])
      return copy
    }
    let own = Arena(nodes: [], text: [])
    // An empty array takes the capacity asked for: no slack stays with a long-lived object.
    own.nodes.reserveCapacity(arena.nodes.count + 1)
    own.nodes.append(contentsOf: arena.nodes)
    let nameByteCount = "resourceVersion".utf8.count
    own.text.reserveCapacity(arena.text.count + nameByteCount + version.utf8.count)
    own.text.append(contentsOf: arena.text)
    var part = Document(arena: consume own, index: metadata)
    part.setMember("resourceVersion", Document(version))
    return Document(arena: part.arena, index: index)
  }
}
