/// The storage behind one or more documents: nodes linked by index, and the text they refer to.
///
/// Sharing: any number of documents may hold one arena, and nobody writes to it then. A document
/// writes only after `Document.makeUnique` has seen that no other does; that is why the class may
/// cross threads, and why its properties need no run-time exclusivity checks.
final class Arena: @unchecked Sendable {
  @exclusivity(unchecked) var nodes: [Document.Node]
  /// Contents of strings and names of members. For a parsed document, the bytes it was read from,
  /// with what had to be unescaped behind them.
  @exclusivity(unchecked) var text: [UInt8]
  /// How many times the arena is lent to a part of its own document, for a change in place.
  @exclusivity(unchecked) var lendingDepth = 0

  init(nodes: [Document.Node], text: [UInt8]) {
    self.nodes = nodes
    self.text = text
  }
}
