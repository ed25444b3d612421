import CYaml

/// Turns YAML into JSON, document by document, event by event: nesting costs no stack, and what
/// aliases repeat is counted.
struct YAMLReader {
  /// Aliases may add this much text to a document: enough for shared snippets, no help to a bomb.
  static let aliasedByteCountMax = 1 << 20

  private var documents: [[UInt8]] = []
  private var json: [UInt8] = []
  private var frames: [Frame] = []
  private var anchors: [String: Anchor] = [:]
  private var aliasedByteCount = 0
  /// Keys that a mapping has had before, at most `DocumentParser.problemsMax`.
  private var duplicates: [YAMLError] = []

  private enum Anchor {
    /// Its node is being read still: an alias to it would contain itself.
    case open
    case text([UInt8])
  }

  private struct Frame {
    let isMapping: Bool
    /// Where the container's text begins, and the anchor it goes by.
    let start: Int
    let anchor: String?
    var count = 0
    /// In a mapping, a key has come and its value has not.
    var awaitsValue = false
    /// The value to come is merged into the mapping (`<<`).
    var awaitsMerge = false
    /// A key that was written for its value to follow.
    var names: Set<String> = []
    var merged: [[UInt8]] = []
  }

  /// - Returns: one JSON text for each document that is not empty.
  static func documents(_ bytes: [UInt8]) throws(YAMLError) -> [[UInt8]] {
    var reader = YAMLReader()
    try reader.read(bytes)
    return reader.documents
  }

  /// The keys that come twice in one mapping, in order.
  static func duplicates(_ bytes: [UInt8]) throws(YAMLError) -> [YAMLError] {
    var reader = YAMLReader()
    try reader.read(bytes)
    return reader.duplicates
  }

  private mutating func read(_ bytes: [UInt8]) throws(YAMLError) {
    let failure: YAMLError? = bytes.withUnsafeBufferPointer { buffer in
      var parser = yaml_parser_t()
      guard yaml_parser_initialize(&parser) == 1 else {
        return YAMLError(line: 1, problem: "no memory to read it")
      }
      defer { yaml_parser_delete(&parser) }
      yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
      yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
      var isAtEnd = false
      while !isAtEnd {
        var event = yaml_event_t()
        guard yaml_parser_parse(&parser, &event) == 1 else { return Self.error(parser) }
        defer { yaml_event_delete(&event) }
        do throws(YAMLError) {
          isAtEnd = try take(event)
        } catch {
          return error
        }
      }
      return nil
    }
    if let failure { throw failure }
  }

  private static func error(_ parser: yaml_parser_t) -> YAMLError {
    let line = Int(parser.problem_mark.line) + 1
    let problem = parser.problem.map { String(cString: $0) } ?? "malformed text"
    return YAMLError(line: line, problem: problem)
  }

  /// True at the end of the stream.
  private mutating func take(_ event: yaml_event_t) throws(YAMLError) -> Bool {
    let line = Int(event.start_mark.line) + 1
    switch event.type {
    case YAML_STREAM_END_EVENT: return true
    case YAML_DOCUMENT_START_EVENT:
      json = []
      anchors = [:]
      aliasedByteCount = 0
    case YAML_DOCUMENT_END_EVENT:
      // A document with nothing in it is no document: files often end in `---`.
      if json != Array("null".utf8) { documents.append(json) }
    case YAML_SCALAR_EVENT: try scalar(event, line)
    case YAML_ALIAS_EVENT: try alias(Self.text(event.data.alias.anchor) ?? "", line)
    case YAML_SEQUENCE_START_EVENT:
      try open(isMapping: false, Self.text(event.data.sequence_start.anchor), line)
    case YAML_MAPPING_START_EVENT:
      try open(isMapping: true, Self.text(event.data.mapping_start.anchor), line)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: try close(line)
    default: break
    }
    return false
  }

  private static func text(_ bytes: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    bytes.map { String(cString: $0) }
  }

  // MARK: Scalars

  private mutating func scalar(_ event: yaml_event_t, _ line: Int) throws(YAMLError) {
    let scalar = event.data.scalar
    let buffer = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
    let text = String(decoding: buffer, as: UTF8.self)
    let tag = Self.text(scalar.tag)
    let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
    let resolved: YAMLScalar =
      tag == "tag:yaml.org,2002:str" || (tag == nil && !isPlain) || tag == "!"
      ? .text : YAMLScalar(plain: text)
    if isAtKey {
      if isPlain && text == "<<" && tag == nil {
        frames[frames.count - 1].awaitsMerge = true
        frames[frames.count - 1].awaitsValue = true
        return
      }
      try key(Self.keyText(text, resolved), line)
      return
    }
    let start = try beginValue(line)
    switch resolved {
    case .null: json.append(contentsOf: "null".utf8)
    case .bool(let value): json.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): json.append(contentsOf: String(value).utf8)
    case .double(let value): json.append(contentsOf: Document(value).json)
    case .text: Document.appendJSONString(text, to: &json)
    case .unspeakable:
      throw YAMLError(line: line, problem: "\(text) has no place in JSON")
    }
    try endValue(start, Self.text(scalar.anchor), line)
  }

  /// How a scalar is spelled as a member's name.
  private static func keyText(_ text: String, _ scalar: YAMLScalar) -> String {
    switch scalar {
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .double(let value): String(decoding: Document(value).json, as: UTF8.self)
    case .null: text.isEmpty ? "null" : text
    case .text, .unspeakable: text
    }
  }

  // MARK: Mappings and sequences

  private var isAtKey: Bool {
    frames.last.map { $0.isMapping && !$0.awaitsValue } ?? false
  }

  private mutating func key(_ name: String, _ line: Int) throws(YAMLError) {
    if frames[frames.count - 1].count > 0 { json.append(UInt8(ascii: ",")) }
    Document.appendJSONString(name, to: &json)
    json.append(UInt8(ascii: ":"))
    frames[frames.count - 1].count += 1
    frames[frames.count - 1].awaitsValue = true
    let isNew = frames[frames.count - 1].names.insert(name).inserted
    if !isNew && duplicates.count < DocumentParser.problemsMax {
      duplicates.append(
        YAMLError(line: line, problem: "key \(Document(name).jsonText) already set in map"))
    }
  }

  private mutating func open(isMapping: Bool, _ anchor: String?, _ line: Int) throws(YAMLError) {
    guard frames.count < Document.depthMax else {
      throw YAMLError(line: line, problem: "nested deeper than \(Document.depthMax) levels")
    }
    guard !isAtKey else {
      throw YAMLError(line: line, problem: "a key that is no text has no place in JSON")
    }
    let start = try beginValue(line)
    if let anchor { anchors[anchor] = .open }
    json.append(isMapping ? UInt8(ascii: "{") : UInt8(ascii: "["))
    frames.append(Frame(isMapping: isMapping, start: start, anchor: anchor))
  }

  private mutating func close(_ line: Int) throws(YAMLError) {
    try writeMerged(line)
    let frame = frames.removeLast()
    json.append(frame.isMapping ? UInt8(ascii: "}") : UInt8(ascii: "]"))
    try endValue(frame.start, frame.anchor, line)
  }

  /// Writes what has to stand before a value; returns where the value begins.
  private mutating func beginValue(_ line: Int) throws(YAMLError) -> Int {
    if let frame = frames.last, !frame.isMapping {
      if frame.count > 0 { json.append(UInt8(ascii: ",")) }
      frames[frames.count - 1].count += 1
    }
    return json.count
  }

  private mutating func endValue(_ start: Int, _ anchor: String?, _ line: Int) throws(YAMLError) {
    if let anchor { anchors[anchor] = .text(Array(json[start...])) }
    guard let frame = frames.last, frame.isMapping else { return }
    frames[frames.count - 1].awaitsValue = false
    if frame.awaitsMerge {
      frames[frames.count - 1].awaitsMerge = false
      frames[frames.count - 1].merged.append(Array(json[start...]))
      json.removeSubrange(start...)
    }
  }

  private mutating func alias(_ name: String, _ line: Int) throws(YAMLError) {
    switch anchors[name] {
    case nil: throw YAMLError(line: line, problem: "unknown anchor '\(name)' referenced")
    case .open: throw YAMLError(line: line, problem: "anchor '\(name)' value contains itself")
    case .text(let text):
      aliasedByteCount += text.count
      guard aliasedByteCount <= Self.aliasedByteCountMax else {
        throw YAMLError(line: line, problem: "document contains excessive aliasing")
      }
      if isAtKey {
        guard let name = (try? Document(json: text))?.string else {
          throw YAMLError(line: line, problem: "a key that is no text has no place in JSON")
        }
        try key(name, line)
        return
      }
      let start = try beginValue(line)
      json.append(contentsOf: text)
      try endValue(start, nil, line)
    }
  }

  /// Adds the members of merged mappings that the mapping does not have itself; of several, the
  /// first one's.
  private mutating func writeMerged(_ line: Int) throws(YAMLError) {
    guard let merged = frames.last?.merged, !merged.isEmpty else { return }
    for text in merged {
      guard let value = try? Document(json: text), value.isObject || value.isArray else {
        throw YAMLError(
          line: line, problem: "map merge requires map or sequence of maps as the value")
      }
      for mapping in value.isArray ? Array(value.elements) : [value] {
        guard mapping.isObject else {
          throw YAMLError(
            line: line, problem: "map merge requires map or sequence of maps as the value")
        }
        for (name, member) in mapping.members where !frames[frames.count - 1].names.contains(name) {
          try key(name, line)
          json.append(contentsOf: member.json)
        }
      }
    }
    frames[frames.count - 1].awaitsValue = false
  }
}
