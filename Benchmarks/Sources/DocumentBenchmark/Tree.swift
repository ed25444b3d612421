/// Candidate B: the usual way to hold JSON, an enum of nested arrays.
enum Tree: Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case double(Double)
  case string(String)
  case array([Tree])
  case object([Member])

  struct Member: Sendable {
    var name: String
    var value: Tree
  }

  subscript(name: String) -> Tree? {
    get {
      guard case .object(let members) = self else { return nil }
      return members.first { $0.name == name }?.value
    }
    set {
      guard case .object(var members) = self else { return }
      self = .null  // gives up the reference, so that the array is not copied when it is ours alone
      if let position = members.firstIndex(where: { $0.name == name }) {
        if let newValue { members[position].value = newValue } else { members.remove(at: position) }
      } else if let newValue {
        members.append(Member(name: name, value: newValue))
      }
      self = .object(members)
    }
  }

  subscript(position: Int) -> Tree {
    get {
      guard case .array(let elements) = self else { return .null }
      return elements[position]
    }
    set {
      guard case .array(var elements) = self else { return }
      self = .null
      elements[position] = newValue
      self = .array(elements)
    }
  }

  var string: String? {
    if case .string(let string) = self { string } else { nil }
  }
}
