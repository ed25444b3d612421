/// One step of a compiled expression.
enum RegexInstruction: Sendable {
  case scalar(ScalarClass)
  case assert(RegexAssertion)
  /// Goes on at both places; the first is preferred.
  case split(Int, Int)
  case jump(Int)
  case match
}

/// Turns a tree into instructions (Thompson's construction).
struct RegexCompiler {
  private var program: [RegexInstruction] = []

  /// RE2 bounds the memory of a program; this is about its default in instructions.
  static let instructionCountMax = 10_000

  var finished: [RegexInstruction] { program + [.match] }

  mutating func compile(_ tree: RegexTree) throws(RegularExpressionError) {
    switch tree {
    case .empty: break
    case .scalars(let scalars): try emit(.scalar(scalars))
    case .assertion(let assertion): try emit(.assert(assertion))
    case .sequence(let parts): for part in parts { try compile(part) }
    case .alternatives(let parts): try alternatives(parts)
    case .repetition(let part, let min, let max, let isGreedy):
      for _ in 0..<min { try compile(part) }
      if let max {
        try optional(part, count: max - min, isGreedy: isGreedy)
      } else {
        try loop(part, isGreedy: isGreedy)
      }
    }
  }

  private mutating func emit(_ instruction: RegexInstruction) throws(RegularExpressionError) {
    guard program.count < Self.instructionCountMax else {
      throw RegularExpressionError(problem: "expression too large", part: "")
    }
    program.append(instruction)
  }

  private mutating func alternatives(_ parts: [RegexTree]) throws(RegularExpressionError) {
    var ends: [Int] = []
    for (position, part) in parts.enumerated() {
      if position == parts.count - 1 {
        try compile(part)
      } else {
        let split = program.count
        try emit(.jump(0))
        try compile(part)
        ends.append(program.count)
        try emit(.jump(0))
        program[split] = .split(split + 1, program.count)
      }
    }
    for end in ends { program[end] = .jump(program.count) }
  }

  private mutating func loop(_ part: RegexTree, isGreedy: Bool) throws(RegularExpressionError) {
    let split = program.count
    try emit(.jump(0))
    try compile(part)
    try emit(.jump(split))
    program[split] = Self.choice(split + 1, program.count, isGreedy)
  }

  private mutating func optional(_ part: RegexTree, count: Int, isGreedy: Bool)
    throws(RegularExpressionError)
  {
    var splits: [Int] = []
    for _ in 0..<count {
      splits.append(program.count)
      try emit(.jump(0))
      try compile(part)
    }
    for split in splits { program[split] = Self.choice(split + 1, program.count, isGreedy) }
  }

  private static func choice(_ inside: Int, _ behind: Int, _ isGreedy: Bool) -> RegexInstruction {
    isGreedy ? .split(inside, behind) : .split(behind, inside)
  }
}
