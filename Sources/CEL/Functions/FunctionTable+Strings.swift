import Foundations

/// Source: CEL specification, "Standard definitions"; cel-go ext, "Strings".
extension FunctionTable {
  mutating func addStrings() {
    let tests: [(String, @Sendable ([UInt8], [UInt8]) -> Bool)] = [
      ("contains", { Bytes.position(of: $1, in: $0) != nil }),
      ("startsWith", { $0.starts(with: $1) }),
      ("endsWith", { $0.count >= $1.count && $0.suffix($1.count).elementsEqual($1) }),
    ]
    for (name, test) in tests {
      member(name, [.string, .string], .bool) { (a, run) throws(EvaluationError) in
        let text = Array(try a[0].asString().utf8)
        let part = Array(try a[1].asString().utf8)
        try run.charge(tenths: text.count + (name == "contains" ? text.count * part.count / 10 : 0))
        return .bool(test(text, part))
      }
    }
    addPositions()
    addCases()
    addReplacing()
    addSplitting()
    global("base64.encode", [.bytes], .string) { (a, run) throws(EvaluationError) in
      guard case .bytes(let bytes) = a[0] else { throw .noSuchOverload }
      try run.charge(tenths: bytes.count)
      return .string(Base64.encode(bytes))
    }
    global("base64.decode", [.string], .bytes) { (a, run) throws(EvaluationError) in
      let text = try a[0].asString()
      try run.charge(tenths: text.utf8.count)
      guard let bytes = Base64.decode(text) else {
        throw EvaluationError("illegal base64 data at input byte 0")
      }
      return .bytes(bytes)
    }
  }

  private mutating func addPositions() {
    member("charAt", [.string, .int], .string) { (a, run) throws(EvaluationError) in
      let scalars = try Self.scalars(a[0], run)
      let position = try a[1].asInt()
      guard (0...scalars.count).contains(position) else {
        throw EvaluationError("index out of range: \(position)")
      }
      return .string(position == scalars.count ? "" : Self.text(scalars[position...position]))
    }
    for isLast in [false, true] {
      let body: Overload.Body = { (a, run) throws(EvaluationError) in
        let text = try Self.scalars(a[0], run)
        let part = try Self.scalars(a[1], run)
        try run.charge(tenths: text.count * part.count / 10)
        var start = isLast ? text.count - part.count : 0
        if a.count == 3 {
          let given = try a[2].asInt()
          guard (0...text.count).contains(given) else {
            throw EvaluationError("index out of range: \(given)")
          }
          start = isLast ? min(given, start) : given
        }
        let last = text.count - part.count
        if last < 0 { return .int(-1) }
        let places =
          isLast ? Array((0...max(start, 0)).reversed()) : start > last ? [] : Array(start...last)
        for place in places where text[place..<place + part.count].elementsEqual(part) {
          return .int(place)
        }
        return .int(-1)
      }
      let name = isLast ? "lastIndexOf" : "indexOf"
      member(name, [.string, .string], .int, body)
      member(name, [.string, .string, .int], .int, body)
    }
    let substring: Overload.Body = { (a, run) throws(EvaluationError) in
      let scalars = try Self.scalars(a[0], run)
      let start = try a[1].asInt()
      let end = a.count == 3 ? try a[2].asInt() : scalars.count
      guard (0...scalars.count).contains(start) else {
        throw EvaluationError("index out of range: \(start)")
      }
      guard (0...scalars.count).contains(end) else {
        throw EvaluationError("index out of range: \(end)")
      }
      guard start <= end else {
        throw EvaluationError("invalid substring range. start: \(start), end: \(end)")
      }
      return .string(Self.text(scalars[start..<end]))
    }
    member("substring", [.string, .int], .string, substring)
    member("substring", [.string, .int, .int], .string, substring)
  }

  private mutating func addCases() {
    let changes: [(String, @Sendable (Unicode.Scalar) -> Unicode.Scalar)] = [
      ("lowerAscii", { ("A"..."Z").contains($0) ? Unicode.Scalar(UInt8($0.value) + 32) : $0 }),
      ("upperAscii", { ("a"..."z").contains($0) ? Unicode.Scalar(UInt8($0.value) - 32) : $0 }),
    ]
    for (name, change) in changes {
      member(name, [.string], .string) { (a, run) throws(EvaluationError) in
        .string(Self.text(try Self.scalars(a[0], run).map(change)[...]))
      }
    }
    member("trim", [.string], .string) { (a, run) throws(EvaluationError) in
      var scalars = try Self.scalars(a[0], run)[...]
      while scalars.first?.properties.isWhitespace == true { scalars.removeFirst() }
      while scalars.last?.properties.isWhitespace == true { scalars.removeLast() }
      return .string(Self.text(scalars))
    }
    member("reverse", [.string], .string) { (a, run) throws(EvaluationError) in
      .string(Self.text(try Self.scalars(a[0], run).reversed()[...]))
    }
    global("strings.quote", [.string], .string) { (a, run) throws(EvaluationError) in
      let text = try a[0].asString()
      try run.charge(tenths: text.utf8.count * 2)
      return .string(Self.quoted(text))
    }
  }

  private mutating func addReplacing() {
    let replace: Overload.Body = { (a, run) throws(EvaluationError) in
      let text = try Self.scalars(a[0], run)
      let old = try Self.scalars(a[1], run)
      let new = try Self.scalars(a[2], run)
      var left = a.count == 4 ? try a[3].asInt() : -1
      try run.charge(tenths: text.count * max(1, old.count) / 10)
      var made: [Unicode.Scalar] = []
      var position = 0
      while position <= text.count {
        if left != 0, position + old.count <= text.count,
          text[position..<position + old.count].elementsEqual(old)
        {
          // What is inserted may be long: it is paid for before it is made.
          try run.charge(tenths: new.count)
          made += new
          left -= 1
          position += old.count
          if !old.isEmpty { continue }
        }
        if position < text.count { made.append(text[position]) }
        position += 1
      }
      return .string(Self.text(made[...]))
    }
    member("replace", [.string, .string, .string], .string, replace)
    member("replace", [.string, .string, .string, .int], .string, replace)
  }

  private mutating func addSplitting() {
    let split: Overload.Body = { (a, run) throws(EvaluationError) in
      let text = try Self.scalars(a[0], run)
      let separator = try Self.scalars(a[1], run)
      let limit = a.count == 3 ? try a[2].asInt() : -1
      try run.charge(tenths: text.count * max(1, separator.count) / 10)
      return .list(Self.parts(text, separator, limit).map { .string(Self.text($0)) })
    }
    member("split", [.string, .string], .list(.string), split)
    member("split", [.string, .string, .int], .list(.string), split)
    let join: Overload.Body = { (a, run) throws(EvaluationError) in
      let separator = a.count == 2 ? try a[1].asString() : ""
      var text = ""
      for (position, element) in try a[0].asList().enumerated() {
        let part = try element.asString()
        try run.charge(tenths: part.utf8.count + separator.utf8.count)
        if position > 0 { text += separator }
        text += part
      }
      return .string(text)
    }
    member("join", [.list(.string)], .string, join)
    member("join", [.list(.string), .string], .string, join)
  }

  private static func parts(
    _ text: [Unicode.Scalar], _ separator: [Unicode.Scalar], _ limit: Int
  ) -> [ArraySlice<Unicode.Scalar>] {
    if limit == 0 { return [] }
    if separator.isEmpty {
      let single = limit < 0 ? text.count : min(limit - 1, text.count)
      var parts = (0..<single).map { text[$0...$0] }
      if single < text.count { parts.append(text[single...]) }
      return parts
    }
    var parts: [ArraySlice<Unicode.Scalar>] = []
    var start = 0
    var position = 0
    while position + separator.count <= text.count, limit < 0 || parts.count < limit - 1 {
      if text[position..<position + separator.count].elementsEqual(separator) {
        parts.append(text[start..<position])
        position += separator.count
        start = position
      } else {
        position += 1
      }
    }
    parts.append(text[start...])
    return parts
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\u{07}": quoted += "\\a"
      case "\u{08}": quoted += "\\b"
      case "\u{0C}": quoted += "\\f"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case "\u{0B}": quoted += "\\v"
      case "\\": quoted += "\\\\"
      case "\"": quoted += "\\\""
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// The code points of a text, paid for.
  private static func scalars(_ value: Value, _ run: Evaluation) throws(EvaluationError)
    -> [Unicode.Scalar]
  {
    let text = try value.asString()
    try run.charge(tenths: text.utf8.count)
    return Array(text.unicodeScalars)
  }

  private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
  }
}

enum Bytes {
  /// Where a part begins; cost is O(text * part).
  static func position(of part: [UInt8], in text: [UInt8]) -> Int? {
    if part.count > text.count { return nil }
    return (0...text.count - part.count).first { text[$0..<$0 + part.count].elementsEqual(part) }
  }
}
