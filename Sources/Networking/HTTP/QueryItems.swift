/// The name/value pairs of a query, decoded, in wire order.
package struct QueryItems: Sendable {
  package struct Item: Equatable, Sendable {
    package let name: String
    /// Empty where the pair has no `=`.
    package let value: String
    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  package private(set) var items: [Item]

  package init(_ items: [Item] = []) { self.items = items }

  /// Splits at `&` and the first `=`; `+` and `%XX` are decoded.
  /// - Parameter startingAt: where `bytes` stand in the request target, for error messages.
  package init(
    parsing bytes: Substring.UTF8View, startingAt start: Int = 0
  ) throws(RequestTarget.ParsingError) {
    self.items = []
    var offset = start
    var rest = bytes
    while true {
      let end = rest.firstIndex(of: UInt8(ascii: "&")) ?? rest.endIndex
      let pair = rest[..<end]
      if !pair.isEmpty {
        let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
        let name = pair[..<equals]
        let value = equals == pair.endIndex ? pair[equals...] : pair[pair.index(after: equals)...]
        items.append(
          Item(
            name: try PercentEncoding.decode(name, startingAt: offset, plusIsSpace: true),
            value: try PercentEncoding.decode(
              value, startingAt: offset + name.count + 1, plusIsSpace: true)))
      }
      guard end != rest.endIndex else { return }
      offset += pair.count + 1
      rest = rest[rest.index(after: end)...]
    }
  }

  /// The first value under `name`, or `nil`. Names are case-sensitive.
  package subscript(name: String) -> String? { items.first { $0.name == name }?.value }

  package func values(of name: String) -> [String] {
    items.lazy.filter { $0.name == name }.map(\.value)
  }

  package var isEmpty: Bool { items.isEmpty }

  /// The wire form, without a leading `?`.
  package var encoded: String {
    items.map {
      PercentEncoding.encodeQueryPart($0.name) + "=" + PercentEncoding.encodeQueryPart($0.value)
    }.joined(separator: "&")
  }
}
