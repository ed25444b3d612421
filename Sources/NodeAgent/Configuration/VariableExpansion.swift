/// Replaces `$(NAME)` in commands, arguments and variables.
/// Source: Kubernetes API reference, Container `command`: unknown names stay as they are, and
/// `$$(NAME)` is written as `$(NAME)`, whether the name is known or not.
package enum VariableExpansion {
  package static func expand(_ text: String, _ value: (String) -> String?) -> String {
    guard text.utf8.contains(dollar) else { return text }
    let bytes = Array(text.utf8)
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    var position = 0
    while position < bytes.count {
      guard bytes[position] == dollar, position + 1 < bytes.count else {
        output.append(bytes[position])
        position += 1
        continue
      }
      switch bytes[position + 1] {
      case dollar:
        output.append(dollar)
        position += 2
      case UInt8(ascii: "("):
        guard let end = bytes[(position + 2)...].firstIndex(of: UInt8(ascii: ")")) else {
          output.append(contentsOf: bytes[position...position + 1])
          position += 2
          continue
        }
        let name = String(decoding: bytes[position + 2..<end], as: UTF8.self)
        output.append(contentsOf: (value(name) ?? "$(\(name))").utf8)
        position = end + 1
      case let other:
        output.append(contentsOf: [dollar, other])
        position += 2
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  private static let dollar = UInt8(ascii: "$")
}
