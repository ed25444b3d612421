/// Reads JSON as a document of a schema type, in one pass over the bytes.
///
/// On the way it checks every value's type, range and spelling, finds members that the type does not
/// have and drops them, finds members given twice (the last one counts), drops members that are null
/// (the API treats null as absent), and writes quantities and times in their canonical spelling.
/// Names match exactly, case included.
///
/// Cost is O(bytes). The result refers to the bytes instead of copying them.
package enum DocumentParser {
  package struct Result: Sendable {
    package let document: Document
    /// Unknown and duplicate members, in order of appearance, at most `problemsMax`; the warnings
    /// that `FieldValidation.warn` sends. Always empty when strict.
    package let problems: [FieldProblem]
  }

  /// More problems than these are not collected.
  /// Source: sigs.k8s.io/json reports as many strict errors at most.
  package static let problemsMax = 100

  /// - Throws: `.malformed`, `.wrongType` and `.wrongContent` at the first such place;
  ///   `.strict` with all problems when `validation` is strict.
  package static func parse(
    json bytes: [UInt8], as type: SchemaType, validation: FieldValidation = .strict
  ) throws(DocumentError) -> Result {
    try parse(
      json: bytes, schema: type.schema, root: type.scalar ?? .object(type.id),
      validation: validation)
  }

  static func parse(
    json bytes: [UInt8], schema: Schema, root: FieldType, validation: FieldValidation
  ) throws(DocumentError) -> Result {
    guard bytes.count < Document.textByteCountMax else {
      throw .malformed(.tooLarge(byteCount: bytes.count))
    }
    let outcome = schema.lookup.withPointers { pointers in
      bytes.withUnsafeBufferPointer { buffer in
        var machine = JSONMachine(buffer, schema: pointers)
        defer { machine.deallocate() }
        let failure = machine.run(expecting: root)
        return Outcome(
          failure: failure, problems: machine.problems, extraText: machine.extraText,
          nodes: failure == nil ? machine.nodes.array() : [])
      }
    }
    if let failure = outcome.failure { throw failure }
    if validation == .strict && !outcome.problems.isEmpty { throw .strict(outcome.problems) }
    let text = outcome.extraText.isEmpty ? bytes : bytes + outcome.extraText
    return Result(
      document: Document(nodes: outcome.nodes, text: text, index: 0), problems: outcome.problems)
  }

  private struct Outcome {
    let failure: DocumentError?
    let problems: [FieldProblem]
    let extraText: [UInt8]
    let nodes: [Document.Node]
  }
}

/// What to do about unknown and duplicate members.
/// Source: Kubernetes API Concepts, "Server-side field validation".
package enum FieldValidation: String, Sendable {
  /// Drop them in silence.
  case ignore = "Ignore"
  /// Drop them and tell: one `Warning` header each.
  case warn = "Warn"
  /// Refuse the request.
  case strict = "Strict"
}
