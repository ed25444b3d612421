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
/// `map:atomic`, `patch:STRATEGY,...(MERGE_KEY)`, `zero` (zero differs from absence), `always` (there
/// even when empty), `wrapped`,
/// `default:JSON`, and last, since values may hold spaces, `enum:VALUE|...`.
struct SchemaTable {
  private let text: TableWord
  private var builder = SchemaBuilder(fieldCount: 4096)
  /// Types by package alias and name.
  private var ids: [QualifiedName: SchemaType.ID] = [:]
  private var unions: Set<SchemaType.ID> = []

  private struct QualifiedName: Hashable {
    let alias: TableWord
    let name: TableWord
  }

  private static let scalars: [TableWord: FieldType] = [
    .init("string"): .string, .init("int32"): .int32, .init("int64"): .int64,
    .init("double"): .double, .init("bool"): .boolean, .init("bytes"): .bytes,
    .init("quantity"): .quantity, .init("intOrString"): .intOrString, .init("time"): .time,
    .init("microTime"): .microTime, .init("any"): .any, .init("fields"): .fieldsV1,
  ]

  init(_ text: StaticString) {
    self.text = TableWord(text)
  }

  /// - Precondition: the text is what `scripts/generate-schema` writes.
  consuming func schema() -> Schema {
    addTypes()
    addFields()
    return builder.build()
  }

  private mutating func addTypes() {
    var lines = text
    var package: [TableWord] = []
    while let line = lines.next("\n") {
      if line.first == UInt8(ascii: " ") { continue }
      let words = line.split(" ")
      if words[0].first == UInt8(ascii: "=") {
        package = words
        continue
      }
      let definition = definition(words, package)
      let id = builder.addType(definition)
      ids[QualifiedName(alias: package[1], name: words[0])] = id
      if definition.traits.contains(.union) { unions.insert(id) }
    }
  }

  private func definition(_ words: [TableWord], _ package: [TableWord]) -> SchemaType.Definition {
    let name = words[0].string
    var definition = SchemaType.Definition(name: "\(package[2].string).\(name)")
    for (position, word) in words.enumerated().dropFirst() {
      switch word {
      case "@":
        definition.kind = GroupVersionKind(apiVersion: package[3].string, kind: name)
      case "atomic": definition.traits.insert(.atomic)
      case "union": definition.traits.insert(.union)
      case "=": definition.scalar = Self.scalars[words[position + 1]]
      default:
        if word.hasPrefix("oneof:") { definition.oneOfs.append(oneOf(word.dropFirst(6))) }
      }
    }
    return definition
  }

  private func oneOf(_ text: TableWord) -> SchemaType.OneOf {
    let (discriminator, members) = text.call
    return SchemaType.OneOf(
      discriminator: discriminator.isEmpty ? nil : discriminator.string,
      members: members.map { member in
        let pair = member.split("=")
        return .init(field: pair[0].string, value: pair[1].string)
      })
  }

  private mutating func addFields() {
    var lines = text
    var alias = text
    var current: SchemaType.ID?
    var fields: [SchemaField] = []
    while var line = lines.next("\n") {
      if line.first == UInt8(ascii: " ") {
        fields.append(field(line.dropFirst(), alias))
        continue
      }
      if let current { builder.setFields(of: current, to: fields) }
      fields.removeAll(keepingCapacity: true)
      guard let name = line.next(" ") else { continue }
      if name.first == UInt8(ascii: "=") {
        alias = line.next(" ") ?? alias
        current = nil
      } else {
        current = ids[QualifiedName(alias: alias, name: name)]
      }
    }
    if let current { builder.setFields(of: current, to: fields) }
  }

  private mutating func field(_ line: TableWord, _ alias: TableWord) -> SchemaField {
    var rest = line
    guard let name = rest.next(" "), let numbers = rest.next(" "), let type = rest.next(" ") else {
      preconditionFailure("a field of the schema table lacks a word: \(line.string)")
    }
    let isRequired = name.last == UInt8(ascii: "!")
    var field = SchemaField(
      name: (isRequired ? name.dropLast() : name).string, type: self.type(type, alias))
    if isRequired { field.traits.insert(.required) }
    if numbers.first != UInt8(ascii: "-") {
      field.wirePath = WirePath(numbers.split(".").map(\.number))
    }
    if !rest.isEmpty { addOptions(rest, to: &field) }
    if field.traits.contains(.wrapped), case .map(let element) = field.type {
      // The wrapper stands around each value, not around the map.
      field.traits.remove(.wrapped)
      var value = SchemaField(type: builder.type(of: element))
      value.traits = .wrapped
      field.type = .map(builder.addElement(value))
    }
    return field
  }

  private func addOptions(_ text: TableWord, to field: inout SchemaField) {
    var rest = text
    while !rest.isEmpty {
      if rest.hasPrefix("enum:") {
        field.allowedValues = rest.dropFirst(5).split("|").map(\.string)
        return
      }
      guard var option = rest.next(" "), let key = option.next(":") else { return }
      switch key {
      case "zero": field.traits.insert(.keepsZero)
      case "always": field.traits.insert(.alwaysPresent)
      case "wrapped": field.traits.insert(.wrapped)
      case "map": field.traits.insert("atomic" ~= option ? .atomicMap : .granularMap)
      case "list":
        field.traits.insert(.statesListKind)
        let (kind, keys) = option.call
        field.listKind = "map" ~= kind ? .map : "set" ~= kind ? .set : .atomic
        field.listMapKeys = keys.map(\.string)
      case "patch":
        let (strategies, keys) = option.call
        field.patchStrategy = patchStrategy(strategies)
        field.patchMergeKey = keys.first?.string
      case "default": field.defaultValue = try? Document(json: option.string)
      default: preconditionFailure("unknown option in the schema table: \(key.string)")
      }
    }
  }

  private func patchStrategy(_ text: TableWord) -> SchemaField.PatchStrategy {
    var strategy: SchemaField.PatchStrategy = []
    for word in text.split(",") {
      switch word {
      case "merge": strategy.insert(.merge)
      case "retainKeys": strategy.insert(.retainKeys)
      case "replace": strategy.insert(.replace)
      default: preconditionFailure("unknown patch strategy in the schema table: \(word.string)")
      }
    }
    return strategy
  }

  private mutating func type(_ text: TableWord, _ alias: TableWord) -> FieldType {
    if text.hasPrefix("[]") {
      return .array(builder.element(of: type(text.dropFirst(2), alias)))
    }
    if text.hasPrefix("{}") {
      return .map(builder.element(of: type(text.dropFirst(2), alias)))
    }
    if let scalar = Self.scalars[text] { return scalar }
    guard let id = ids[qualifiedName(text, alias)] else {
      preconditionFailure("unknown type in the schema table: \(text.string)")
    }
    return unions.contains(id) ? .union(id) : .object(id)
  }

  /// `Container`, or `meta.v1.ObjectMeta` where the type stands in another package.
  private func qualifiedName(_ text: TableWord, _ alias: TableWord) -> QualifiedName {
    guard let dot = text.bytes.lastIndex(of: UInt8(ascii: ".")) else {
      return QualifiedName(alias: alias, name: text)
    }
    return QualifiedName(alias: text.prefix(dot), name: text.dropFirst(dot + 1))
  }
}
