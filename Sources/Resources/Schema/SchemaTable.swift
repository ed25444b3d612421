/// Reads the committed text of the built-in schema.
///
/// One line each; words are separated by one space.
///
///     = ALIAS PACKAGE API_VERSION           the types that follow; `-` where none is served
///     NAME [@] [atomic] [union] [oneof:DISCRIMINATOR(FIELD=VALUE,...)]
///     NAME = TYPE                           a scalar with a name
///      NAME[!] NUMBERS TYPE [OPTION...]     a field of the type above; `!` where required
///
/// `@`: the type is served under its own name. NUMBERS: the field's protobuf numbers, `2.1` where it
/// stands inside an inlined message, `-` where it is not on the wire. TYPE: a scalar, `[]TYPE`,
/// `{}TYPE` for maps, NAME of this package or ALIAS.NAME. OPTION: `list:KIND(KEY,...)`,
/// `map:atomic`, `patch:STRATEGY,...(MERGE_KEY)`, `zero` (zero differs from absence), `wrapped`,
/// `default:JSON`, and last, since values may hold spaces, `enum:VALUE|...`.
struct SchemaTable {
  private let lines: [Substring]
  private var builder = SchemaBuilder()
  /// Types by `ALIAS.NAME`.
  private var ids: [Substring: SchemaType.ID] = [:]
  private var scalars: [Substring: FieldType] = [
    "string": .string, "int32": .int32, "int64": .int64, "double": .double, "bool": .boolean,
    "bytes": .bytes, "quantity": .quantity, "intOrString": .intOrString, "time": .time,
    "microTime": .microTime, "any": .any, "fields": .fieldsV1,
  ]
  private var unions: Set<SchemaType.ID> = []

  init(_ text: StaticString) {
    lines = text.description.utf8.split(separator: UInt8(ascii: "\n")).map(Substring.init)
  }

  /// - Precondition: the text is what `scripts/generate-schema` writes.
  consuming func schema() -> Schema {
    addTypes()
    addFields()
    return builder.build()
  }

  private mutating func addTypes() {
    var package: [Substring] = []
    for line in lines {
      if line.utf8.first == UInt8(ascii: " ") { continue }
      let words = line.words()
      if words[0] == "=" {
        package = words
        continue
      }
      let id = builder.addType(definition(words, package))
      ids[package[1] + "." + words[0]] = id
      if words.contains("union") { unions.insert(id) }
    }
  }

  private func definition(_ words: [Substring], _ package: [Substring]) -> SchemaType.Definition {
    var definition = SchemaType.Definition(name: "\(package[2]).\(words[0])")
    for (position, word) in words.enumerated().dropFirst() {
      switch word {
      case "@":
        definition.kind = GroupVersionKind(
          apiVersion: String(package[3]), kind: String(words[0]))
      case "atomic": definition.traits.insert(.atomic)
      case "union": definition.traits.insert(.union)
      case "=": definition.scalar = scalars[words[position + 1]]
      default:
        if word.hasPrefix("oneof:") { definition.oneOfs.append(oneOf(word.dropFirst(6))) }
      }
    }
    return definition
  }

  private func oneOf(_ text: Substring) -> SchemaType.OneOf {
    let (discriminator, members) = call(text)
    return SchemaType.OneOf(
      discriminator: discriminator.isEmpty ? nil : String(discriminator),
      members: members.map { member in
        let pair = member.split(separator: "=")
        return .init(field: String(pair[0]), value: String(pair[1]))
      })
  }

  private mutating func addFields() {
    var alias: Substring = ""
    var current: SchemaType.ID?
    var fields: [SchemaField] = []
    for line in lines {
      if line.utf8.first == UInt8(ascii: " ") {
        fields.append(field(line.dropFirst(), alias))
        continue
      }
      if let current { builder.setFields(of: current, to: fields) }
      fields.removeAll(keepingCapacity: true)
      let words = line.words(max: 3)
      if words[0] == "=" {
        alias = words[1]
        current = nil
      } else {
        current = ids[alias + "." + words[0]]
      }
    }
    if let current { builder.setFields(of: current, to: fields) }
  }

  private mutating func field(_ line: Substring, _ alias: Substring) -> SchemaField {
    let words = line.words(max: 4)
    let isRequired = words[0].utf8.last == UInt8(ascii: "!")
    var field = SchemaField(
      name: String(isRequired ? words[0].dropLast() : words[0]), type: type(words[2], alias))
    if isRequired { field.traits.insert(.required) }
    if words[1] != "-" {
      field.wirePath = WirePath(words[1].split(separator: ".").compactMap { Int($0) })
    }
    if words.count > 3 { addOptions(words[3], to: &field) }
    if field.traits.contains(.wrapped), case .map(let element) = field.type {
      // The wrapper stands around each value, not around the map.
      field.traits.remove(.wrapped)
      var value = SchemaField(type: builder.type(of: element))
      value.traits = .wrapped
      field.type = .map(builder.addElement(value))
    }
    return field
  }

  private func addOptions(_ text: Substring, to field: inout SchemaField) {
    var rest = text
    while !rest.isEmpty {
      if rest.hasPrefix("enum:") {
        field.allowedValues = rest.dropFirst(5).split(separator: "|").map(String.init)
        return
      }
      let words = rest.words(max: 2)
      let word = words[0]
      rest = words.count > 1 ? words[1] : ""
      let parts = word.split(separator: ":", maxSplits: 1)
      switch parts[0] {
      case "zero": field.traits.insert(.keepsZero)
      case "wrapped": field.traits.insert(.wrapped)
      case "map": if parts[1] == "atomic" { field.traits.insert(.atomicMap) }
      case "list":
        let (kind, keys) = call(parts[1])
        field.listKind = kind == "map" ? .map : kind == "set" ? .set : .atomic
        field.listMapKeys = keys.map(String.init)
      case "patch":
        let (strategies, keys) = call(parts[1])
        field.patchStrategy = patchStrategy(strategies)
        field.patchMergeKey = keys.first.map(String.init)
      case "default": field.defaultValue = try? Document(json: String(parts[1]))
      default: preconditionFailure("unknown option in the schema table: \(word)")
      }
    }
  }

  private func patchStrategy(_ text: Substring) -> SchemaField.PatchStrategy {
    var strategy: SchemaField.PatchStrategy = []
    for word in text.split(separator: ",") {
      switch word {
      case "merge": strategy.insert(.merge)
      case "retainKeys": strategy.insert(.retainKeys)
      case "replace": strategy.insert(.replace)
      default: preconditionFailure("unknown patch strategy in the schema table: \(word)")
      }
    }
    return strategy
  }

  private mutating func type(_ text: Substring, _ alias: Substring) -> FieldType {
    if text.hasPrefix("[]") {
      let element = type(text.dropFirst(2), alias)
      return .array(builder.element(of: element))
    }
    if text.hasPrefix("{}") {
      let element = type(text.dropFirst(2), alias)
      return .map(builder.element(of: element))
    }
    if let scalar = scalars[text] { return scalar }
    guard let id = ids[text.contains(".") ? text : alias + "." + text] else {
      preconditionFailure("unknown type in the schema table: \(text)")
    }
    return unions.contains(id) ? .union(id) : .object(id)
  }

  /// Takes `name(a,b)` apart; `name` alone has no arguments.
  private func call(_ text: Substring) -> (name: Substring, arguments: [Substring]) {
    guard let open = text.firstIndex(of: "(") else { return (text, []) }
    return (text[..<open], text[text.index(after: open)...].dropLast().split(separator: ","))
  }
}

extension Substring {
  /// What stands between single spaces; with a bound, the last word takes the rest. Works on bytes,
  /// which is some ten times as fast as on characters.
  fileprivate func words(max: Int = .max) -> [Substring] {
    utf8.split(separator: UInt8(ascii: " "), maxSplits: max - 1).map(Substring.init)
  }
}
