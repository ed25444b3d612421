/// Which field a protobuf number stands for, per message. A message of the wire is a type of the
/// schema, or a part of one that JSON inlines and the wire does not.
struct WireTable: Sendable {
  enum Target {
    /// A field of the type, by its position among the type's fields.
    case field(Int)
    /// A message whose fields belong to the same JSON object.
    case inlined(message: Int)
  }

  private struct Message {
    /// The message's slots are `slots[start..<start + count]`, one per number from 0.
    var start = 0
    var count = 0
  }

  /// The first are parallel to `Schema.definitions`.
  private var messages: [Message]
  /// 0: nothing; n: the field n - 1; -n: the message n.
  private var slots: [Int32] = []

  init(_ schema: Schema) {
    messages = Array(repeating: Message(), count: schema.definitions.count)
    for (index, definition) in schema.definitions.enumerated() {
      let paths = definition.fields.enumerated().map { ordinal, field in
        (path: schema.fields[field].wirePath, ordinal: ordinal)
      }
      fill(index, paths)
    }
  }

  private mutating func fill(_ message: Int, _ paths: [(path: WirePath, ordinal: Int)]) {
    let present = paths.filter { !$0.path.isEmpty }
    let count = (present.map(\.path.first).max() ?? 0) + 1
    let start = slots.count
    messages[message] = Message(start: start, count: count)
    slots.append(contentsOf: repeatElement(0, count: count))
    for (path, ordinal) in present where path.rest.isEmpty {
      slots[start + path.first] = Int32(ordinal + 1)
    }
    for number in Set(present.filter { !$0.path.rest.isEmpty }.map(\.path.first)).sorted() {
      messages.append(Message())
      let inner = messages.count - 1
      slots[start + number] = -Int32(inner)
      let members = present.filter { $0.path.first == number }
      fill(inner, members.map { ($0.path.rest, $0.ordinal) })
    }
  }

  func target(of number: Int, in message: Int) -> Target? {
    let message = messages[message]
    guard number > 0, number < message.count else { return nil }
    let slot = slots[message.start + number]
    if slot == 0 { return nil }
    return slot > 0 ? .field(Int(slot) - 1) : .inlined(message: -Int(slot))
  }
}
