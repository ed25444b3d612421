/// Checks an object against what its schema demands: required members and closed sets of values.
/// Types, ranges and unknown members are the parser's business.
package enum StructuralValidation {
  /// No more errors than these are collected.
  package static let errorsMax = 100

  /// - Returns: what is wrong, in the order of the document; `status` and `metadata` are not looked
  ///   at. Cost is O(members that have rules).
  package static func errors(in document: Document, as type: SchemaType) -> [FieldError] {
    let rules =
      type.schema === Schema.builtin ? StructuralRules.builtin : StructuralRules(type.schema)
    return type.schema.lookup.withPointers { pointers in
      document.arena.nodes.withUnsafeBufferPointer { nodes in
        document.arena.text.withUnsafeBufferPointer { text in
          var check = Check(
            nodes: nodes, text: text, schema: type.schema, pointers: pointers, rules: rules)
          check.object(document.index, Int(type.id.rawValue), isRoot: true)
          return check.errors
        }
      }
    }
  }

  private struct Check {
    let nodes: UnsafeBufferPointer<Document.Node>
    let text: UnsafeBufferPointer<UInt8>
    let schema: Schema
    let pointers: SchemaPointers
    let rules: StructuralRules
    var errors: [FieldError] = []
    /// The way to what is being checked.
    var path: [String] = []

    /// - Parameter index: `nil` for an object that is not there, and is checked as an empty one.
    mutating func object(_ index: Int?, _ typeIndex: Int, isRoot: Bool = false) {
      let rule = rules.types[typeIndex]
      guard rule.required | rule.checked != 0, index.map({ nodes[$0].kind == .object }) ?? true,
        errors.count < StructuralValidation.errorsMax
      else { return }
      var present: UInt64 = 0
      var child = index.map { Int(nodes[$0].low) } ?? 0
      while child != 0 {
        if let entry = entry(of: child, typeIndex) {
          let bit: UInt64 = entry.ordinal < 64 ? 1 << UInt64(entry.ordinal) : 0
          if !isEmpty(child) { present |= bit }
          if rule.checked & bit != 0 && !(isRoot && isServerOwned(child)) {
            member(child, entry, takesEmpty: rule.filled & bit == 0)
          }
        }
        child = Int(nodes[child].next)
      }
      let missing = rule.required & ~present
      if missing != 0 { reportMissing(missing, typeIndex) }
      let empty = rule.held & rule.checked & ~present
      if empty != 0 { checkParts(empty, typeIndex) }
    }

    /// Parts of an object of which nothing is said.
    private mutating func checkParts(_ parts: UInt64, _ typeIndex: Int) {
      for (ordinal, position) in schema.definitions[typeIndex].fields.enumerated().prefix(64)
      where parts & (1 << UInt64(ordinal)) != 0 {
        let part = schema.fields[position]
        guard case .object(let id) = part.type else { continue }
        path.append(part.name)
        object(nil, Int(id.rawValue))
        path.removeLast()
      }
    }

    /// Text, lists and maps without content count as missing, as Go's zero values do.
    private func isEmpty(_ index: Int) -> Bool {
      let node = nodes[index]
      switch node.kind {
      case .null: return true
      case .string: return node.high == 0
      case .array: return node.low == 0
      default: return false
      }
    }

    private func isServerOwned(_ child: Int) -> Bool {
      let name = name(of: child)
      return name == "status" || name == "metadata"
    }

    private mutating func reportMissing(_ missing: UInt64, _ typeIndex: Int) {
      let fields = schema.definitions[typeIndex].fields
      for (ordinal, position) in fields.enumerated().prefix(64)
      where missing & (1 << UInt64(ordinal)) != 0 {
        errors.append(.required(field(schema.fields[position].name)))
      }
    }

    /// - Parameter takesEmpty: an empty text is as good as none.
    private mutating func member(_ index: Int, _ entry: FieldLookup.Entry, takesEmpty: Bool) {
      let allowed = schema.fields[Int(entry.fieldIndex)].allowedValues
      path.append(name(of: index))
      value(index, entry.type, allowed, takesEmpty: takesEmpty)
      path.removeLast()
    }

    private mutating func value(
      _ index: Int, _ type: FieldType, _ allowed: [String], takesEmpty: Bool = true
    ) {
      let node = nodes[index]
      switch type {
      case .string where !allowed.isEmpty && node.kind == .string && (node.high > 0 || !takesEmpty):
        let held = string(node.low, node.high)
        if !allowed.contains(held) { errors.append(.notSupported(field(), held, allowed)) }
      case .object(let id): object(index, Int(id.rawValue))
      case .union(let id): union(index, Int(id.rawValue))
      case .array(let element):
        let inner = pointers.elementTypes[Int(element.rawValue)]
        forEachChild(of: index) { check, child, position in
          check.path.append("[\(position)]")
          check.value(child, inner, allowed)
          check.path.removeLast()
        }
      case .map(let element):
        let inner = pointers.elementTypes[Int(element.rawValue)]
        forEachChild(of: index) { check, child, _ in
          check.path.append("[\(check.name(of: child))]")
          check.value(child, inner, [])
          check.path.removeLast()
        }
      default: break
      }
    }

    private mutating func union(_ index: Int, _ typeIndex: Int) {
      let type = pointers.types[typeIndex]
      let kind = nodes[index].kind
      for position in Int(type.firstEntry)..<Int(type.firstEntry + type.entryCount) {
        switch (pointers.entries[position].type, kind) {
        case (.object, .object), (.array, .array):
          value(index, pointers.entries[position].type, [])
        default: break
        }
      }
    }

    private mutating func forEachChild(
      of index: Int, _ body: (inout Check, _ child: Int, _ position: Int) -> Void
    ) {
      var child = Int(nodes[index].low)
      var position = 0
      while child != 0 {
        body(&self, child, position)
        child = Int(nodes[child].next)
        position += 1
      }
    }

    // MARK: Names

    private func entry(of child: Int, _ typeIndex: Int) -> FieldLookup.Entry? {
      let node = nodes[child]
      guard node.nameLength > 0, let base = text.baseAddress else { return nil }
      let key = NameKey(
        base, at: Int(node.nameOffset), count: Int(node.nameLength), end: text.count)
      return pointers.entry(of: typeIndex, key, base)?.pointee
    }

    private func name(of child: Int) -> String {
      string(nodes[child].nameOffset, nodes[child].nameLength)
    }

    private func string(_ offset: UInt32, _ length: UInt32) -> String {
      let slice = text[Int(offset)..<Int(offset) + Int(length)]
      return String(decoding: UnsafeBufferPointer(rebasing: slice), as: UTF8.self)
    }

    /// The place that is being checked, or a member of it.
    private func field(_ name: String? = nil) -> String {
      var text = ""
      for part in path + (name.map { [$0] } ?? []) {
        text += text.isEmpty || part.hasPrefix("[") ? part : ".\(part)"
      }
      return text
    }
  }
}
