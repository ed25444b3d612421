/// What a message expression made.
package enum PolicyMessage {
  /// Source: apiserver `pkg/apis/cel/config.go`, MaxEvaluatedMessageExpressionSizeBytes.
  private static let byteCountMax = 5 * 1024

  /// The message without the space around it; `nil` where it is empty, too long, or has more than
  /// one line, and the fixed message is used instead.
  package static func trimmed(_ text: String) -> String? {
    guard let message = stripped(text), !message.unicodeScalars.contains("\n") else { return nil }
    return message.utf8.count > byteCountMax ? nil : message
  }

  /// A text without the space around it; `nil` where nothing is left.
  static func stripped(_ text: String) -> String? {
    var scalars = text.unicodeScalars[...]
    while scalars.first?.properties.isWhitespace == true { scalars.removeFirst() }
    while scalars.last?.properties.isWhitespace == true { scalars.removeLast() }
    return scalars.isEmpty ? nil : String(scalars)
  }
}
